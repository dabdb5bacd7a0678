"""What sale and purchase orders have in common: once they bind, all their products are approved for it."""

from odoo import api, models
from odoo.addons.retail_base import guard
from odoo.tools import float_compare


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
    """A model says in `_binding_channel` what its products have to be approved for, and in `_binding_quantity` in
    which field it has how many of them."""

    _name = "retail.binding.order.line"
    _description = "Order line of an approved product"

    _binding_channel = None
    _binding_quantity = None

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._of_binding_orders()._require_approved_products()
        return lines

    def write(self, vals):
        counted = {self._binding_quantity, "product_uom"} & vals.keys()
        before = {line.id: line._binding_amount() for line in self._of_binding_orders()} if counted else {}
        result = super().write(vals)
        if {"product_id", "order_id"} & vals.keys():
            self._of_binding_orders()._require_approved_products()
        elif before:
            # What was ordered stays so, and may become less.
            more = self.filtered(lambda line: line.id in before and line._binds_more_than(before[line.id]))
            more._require_approved_products()
        return result

    def _of_binding_orders(self):
        return self.filtered(lambda line: line.order_id._is_binding())

    def _binding_amount(self):
        """How many it is of, in the unit of the product, because a dozen is more than one."""
        quantity, unit = self[self._binding_quantity], self.product_id.uom_id
        return self.product_uom._compute_quantity(quantity, unit, round=False, raise_if_failure=False)

    def _binds_more_than(self, before):
        return float_compare(self._binding_amount(), before, precision_digits=6) > 0

    def _require_approved_products(self):
        """Raise UserError, saying what to do, if one of them may not be sold or bought."""
        if not guard.is_open(self.env):
            self.mapped("product_id")._require_channel(self._binding_channel)
