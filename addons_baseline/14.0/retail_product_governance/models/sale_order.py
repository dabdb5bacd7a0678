"""What is not approved for sale is not sold, however it came into an order."""

from odoo import fields, models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "retail.binding.order"]

    _binding_states = ("sale", "done")


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "retail.binding.order.line"]

    _binding_channel = "allow_sale"
    _binding_quantity = "product_uom_qty"

    # A product's page says how many were sold, for which all lines that there ever were would be read.
    product_id = fields.Many2one(index=True)
