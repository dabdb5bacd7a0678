"""What sale and purchase orders have in common: once they bind, all their products are approved for it."""

from odoo import api, models
from odoo.addons.retail_base import guard


class BindingOrder(models.AbstractModel):
    """A model says in `_binding_states` in which states its orders bind."""

    _name = "retail.binding.order"
    _description = "Order of approved products"

    _binding_states = ()

    def write(self, vals):
        if vals.get("state") in self._binding_states:
            self.filtered(lambda order: not order._is_binding()).order_line._require_approved_products()
        return super().write(vals)

    def _is_binding(self):
        return self.state in self._binding_states


class BindingOrderLine(models.AbstractModel):
    """A model says in `_binding_channel` what its products have to be approved for."""

    _name = "retail.binding.order.line"
    _description = "Order line of an approved product"

    _binding_channel = None

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.filtered(lambda line: line.order_id._is_binding())._require_approved_products()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if {"product_id", "order_id"} & vals.keys():
            self.filtered(lambda line: line.order_id._is_binding())._require_approved_products()
        return result

    def _require_approved_products(self):
        """Raise UserError, saying what to do, if one of them may not be sold or bought."""
        if not guard.is_open(self.env):
            self.mapped("product_id")._require_channel(self._binding_channel)
