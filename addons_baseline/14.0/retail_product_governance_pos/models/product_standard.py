from odoo import fields, models


class ProductStandard(models.Model):
    _inherit = "retail.product.standard"

    check = fields.Selection(selection_add=[("till", "Ready for the till")], ondelete={"till": "cascade"})
