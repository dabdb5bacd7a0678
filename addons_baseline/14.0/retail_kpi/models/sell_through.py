"""How much of what was there has been sold, in the last ninety days."""

from odoo import fields, models


class SellThrough(models.Model):
    """One row for each product and store; sold is net of returns."""

    _name = "retail.kpi.sell.through"
    _inherit = "retail.kpi"
    _description = "Sell-through"
    _auto = False
    _order = "sell_through desc, id"
    _shares = {"sell_through": ("sold", ("sold", "on_hand"))}

    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", "Category", readonly=True)
    received = fields.Float("Received in 90 days", readonly=True)
    sold = fields.Float("Sold in 90 days", readonly=True)
    on_hand = fields.Float(readonly=True)
    sell_through = fields.Float("Sell-through %", readonly=True, group_operator="avg")

    def _query(self):
        places = self.env["retail.warehouse.places"]._internal()
        return f"""
            WITH places AS ({places}), pieces AS (
                SELECT move.product_id, move.company_id,
                       COALESCE(origin.warehouse_id, goal.warehouse_id) AS warehouse_id,
                       CASE WHEN source.usage = 'supplier' THEN move.product_qty
                            WHEN target.usage = 'supplier' THEN -move.product_qty ELSE 0 END AS received,
                       CASE WHEN target.usage = 'customer' THEN move.product_qty
                            WHEN source.usage = 'customer' THEN -move.product_qty ELSE 0 END AS sold,
                       0 AS on_hand
                FROM stock_move move
                JOIN stock_location source ON source.id = move.location_id
                JOIN stock_location target ON target.id = move.location_dest_id
                LEFT JOIN places origin ON origin.id = move.location_id
                LEFT JOIN places goal ON goal.id = move.location_dest_id
                WHERE move.state = 'done' AND move.date > (now() AT TIME ZONE 'UTC') - interval '90 days'
                  AND (source.usage IN ('supplier', 'customer')) != (target.usage IN ('supplier', 'customer'))
                UNION ALL
                SELECT quant.product_id, quant.company_id, places.warehouse_id, 0, 0, quant.quantity
                FROM stock_quant quant JOIN places ON places.id = quant.location_id
            ), sums AS (
                SELECT product_id, company_id, warehouse_id,
                       SUM(received) AS received, SUM(sold) AS sold, SUM(on_hand) AS on_hand
                FROM pieces GROUP BY product_id, company_id, warehouse_id
            )
            SELECT row_number() OVER (ORDER BY sums.product_id, sums.company_id, sums.warehouse_id) AS id, sums.*,
                   template.categ_id,
                   COALESCE(100 * sums.sold / NULLIF(sums.sold + sums.on_hand, 0), 0) AS sell_through
            FROM sums
            JOIN product_product product ON product.id = sums.product_id
            JOIN product_template template ON template.id = product.product_tmpl_id
        """  # noqa: S608
