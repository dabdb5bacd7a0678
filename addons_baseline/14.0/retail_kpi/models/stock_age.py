"""How long stock has been lying there."""

from odoo import fields, models

from .figures import COSTS


class StockAge(models.Model):
    """One row for each quant in a store."""

    _name = "retail.kpi.stock.age"
    _inherit = "retail.kpi"
    _description = "Age of stock"
    _auto = False
    _order = "days desc, id"

    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", "Category", readonly=True)
    age = fields.Selection(
        [
            ("1", "Up to 30 days"),
            ("2", "31 to 90 days"),
            ("3", "91 to 180 days"),
            ("4", "181 days to a year"),
            ("5", "More than a year"),
        ],
        readonly=True,
    )
    days = fields.Integer(readonly=True, group_operator="avg")
    quantity = fields.Float(readonly=True)
    value = fields.Monetary("Value at cost", readonly=True)

    def _query(self):
        places = self.env["retail.warehouse.places"]._internal()
        return f"""
            WITH places AS ({places}), costs AS ({COSTS}), quants AS (
                SELECT quant.id, quant.product_id, quant.company_id, places.warehouse_id, quant.quantity,
                       (now() AT TIME ZONE 'UTC')::date - quant.in_date::date AS days
                FROM stock_quant quant JOIN places ON places.id = quant.location_id
                WHERE quant.quantity > 0
            )
            SELECT quants.*, template.categ_id, quants.quantity * COALESCE(costs.cost, 0) AS value,
                   CASE WHEN days <= 30 THEN '1' WHEN days <= 90 THEN '2' WHEN days <= 180 THEN '3'
                        WHEN days <= 365 THEN '4' ELSE '5' END AS age
            FROM quants
            JOIN product_product product ON product.id = quants.product_id
            JOIN product_template template ON template.id = product.product_tmpl_id
            LEFT JOIN costs ON costs.product_id = quants.product_id AND costs.company_id = quants.company_id
        """  # noqa: S608
