from odoo import fields, models


class ProductStandard(models.Model):
    _inherit = "retail.product.standard"

    check = fields.Selection(selection_add=[("web", "Ready for the web shop")], ondelete={"web": "cascade"})
