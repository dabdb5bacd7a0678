"""What is not approved for purchase is not bought, however it came into an order."""

from odoo import api, models
from odoo.addons.retail_base import guard

BINDING = ("to approve", "purchase", "done")


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    def write(self, vals):
        if vals.get("state") in BINDING:
            self.filtered(lambda order: order.state not in BINDING).order_line._require_approved_products()
        return super().write(vals)


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.filtered(lambda line: line.order_id.state in BINDING)._require_approved_products()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if {"product_id", "order_id"} & vals.keys():
            self.filtered(lambda line: line.order_id.state in BINDING)._require_approved_products()
        return result

    def _require_approved_products(self):
        """Raise UserError, saying what to do, if one of them may not be bought."""
        if not guard.is_open(self.env):
            self.mapped("product_id")._require_channel("allow_purchase")
