"""What is not approved for purchase is not bought, however it came into an order."""

from odoo import fields, models


class PurchaseOrder(models.Model):
    _name = "purchase.order"
    _inherit = ["purchase.order", "retail.binding.order"]

    _binding_states = ("to approve", "purchase", "done")


class PurchaseOrderLine(models.Model):
    _name = "purchase.order.line"
    _inherit = ["purchase.order.line", "retail.binding.order.line"]

    _binding_channel = "allow_purchase"
    _binding_quantity = "product_qty"

    # A product's page says how many were bought, for which all lines that there ever were would be read.
    product_id = fields.Many2one(index=True)
