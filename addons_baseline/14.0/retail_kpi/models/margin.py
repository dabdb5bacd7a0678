"""What is left of sales after what the goods cost."""

from odoo import fields, models

# Orders: what was delivered, at the order's price and at the cost with which it left stock.
ORDERS = """
    SELECT move.date::date AS date, 'order' AS channel, move.product_id, move.company_id, sale.warehouse_id,
           -layer.quantity AS quantity, -layer.value AS cost,
           -layer.quantity * line.price_subtotal
               / NULLIF(line.product_uom_qty / unit.factor * own.factor, 0)
               / COALESCE(NULLIF(sale.currency_rate, 0), 1) AS revenue
    FROM stock_move move
    JOIN stock_valuation_layer layer ON layer.stock_move_id = move.id
    JOIN sale_order_line line ON line.id = move.sale_line_id
    JOIN sale_order sale ON sale.id = line.order_id
    JOIN uom_uom unit ON unit.id = line.product_uom
    JOIN product_product product ON product.id = line.product_id
    JOIN product_template template ON template.id = product.product_tmpl_id
    JOIN uom_uom own ON own.id = template.uom_id
    WHERE move.state = 'done' AND move.date > (now() AT TIME ZONE 'UTC') - interval '1 year'
"""


# The same row has the same number, whatever else a query asks for.
BY_KEY = "ORDER BY sums.date, sums.channel, sums.product_id, sums.company_id, sums.warehouse_id"


class Margin(models.Model):
    """One row for each day, channel, product and store, of a year; returns are subtracted."""

    _name = "retail.kpi.margin"
    _inherit = "retail.kpi"
    _description = "Gross margin"
    _auto = False
    _order = "date desc, id"
    _shares = {"rate": ("margin", ("revenue",))}

    date = fields.Date(readonly=True)
    channel = fields.Selection([("order", "Orders")], readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", "Category", readonly=True)
    quantity = fields.Float(readonly=True)
    revenue = fields.Monetary(readonly=True)
    cost = fields.Monetary(readonly=True)
    margin = fields.Monetary(readonly=True)
    rate = fields.Float("Margin %", readonly=True, group_operator="avg")

    def _sales(self):
        """Queries with the columns of ORDERS, one for each channel."""
        return [ORDERS]

    def _query(self):
        sales = " UNION ALL ".join(self._sales())
        return f"""
            WITH sales AS ({sales}), sums AS (
                SELECT date, channel, product_id, company_id, warehouse_id, SUM(quantity) AS quantity,
                       SUM(revenue) AS revenue, SUM(cost) AS cost, SUM(revenue) - SUM(cost) AS margin
                FROM sales GROUP BY date, channel, product_id, company_id, warehouse_id
            )
            SELECT row_number() OVER ({BY_KEY}) AS id, sums.*, template.categ_id,
                   COALESCE(100 * sums.margin / NULLIF(sums.revenue, 0), 0) AS rate
            FROM sums
            JOIN product_product product ON product.id = sums.product_id
            JOIN product_template template ON template.id = product.product_tmpl_id
        """  # noqa: S608
