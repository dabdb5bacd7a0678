"""The quantity on hand: nobody writes it, and nobody sets it without a count."""

from odoo import api, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError
from odoo.tools import float_compare


class StockQuant(models.Model):
    _name = "stock.quant"
    _inherit = ["stock.quant", "retail.guard.mixin"]

    def _guarded_fields(self):
        return super()._guarded_fields() | {"quantity"}

    def _guarded_message(self, names):  # noqa: ARG002 # there is only one
        return self.env["retail.adjustment.entry"]._unaccounted(self.product_id[:1])

    @api.model
    def _update_available_quantity(self, *args, **kwargs):
        # Where done move lines end, which have been looked at before.
        return super(StockQuant, guard.passing(self))._update_available_quantity(*args, **kwargs)

    def _set_inventory_quantity(self):
        """The editable list of stock, the button Update Quantity and the import of quantities come here."""
        if self._is_inventory_mode() and not guard.is_open(self.env):
            for quant in self:
                rounding = quant.product_id.uom_id.rounding
                if float_compare(quant.inventory_quantity, quant.quantity, precision_rounding=rounding):
                    raise UserError(self.env["retail.adjustment.entry"]._unaccounted(quant.product_id))
        return super()._set_inventory_quantity()
