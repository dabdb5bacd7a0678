"""What is not approved for sale is not sold, however it came into an order."""

from odoo import api, models
from odoo.addons.retail_base import guard

BINDING = ("sale", "done")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def write(self, vals):
        if vals.get("state") in BINDING:
            self.filtered(lambda order: order.state not in BINDING).order_line._require_approved_products()
        return super().write(vals)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

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
        """Raise UserError, saying what to do, if one of them may not be sold."""
        if not guard.is_open(self.env):
            self.mapped("product_id")._require_channel("allow_sale")
