"""The narrow place: whatever moves stock ends in a move line that is done."""

from odoo import _, api, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError

from ..differences import OURS, crosses

# What changes a line's effect on stock after it is done.
EFFECTIVE = frozenset({"qty_done", "location_id", "location_dest_id", "lot_id", "product_uom_id", "owner_id"})


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.filtered(lambda line: line.state == "done" and line._is_adjustment())._refuse_late_change()
        return lines

    def write(self, vals):
        if EFFECTIVE & vals.keys():
            done = self.filtered(lambda line: line.state == "done")
            done.filtered(lambda line: line._is_adjustment(vals))._refuse_late_change()
        return super().write(vals)

    def _action_done(self):
        adjusting = self.filtered(lambda line: line.qty_done and line._is_adjustment())
        if adjusting:
            self.env["retail.adjustment.entry"]._claim(adjusting)
        return super()._action_done()

    def _is_adjustment(self, changes=None):
        """Whether the line, as it is or as it would be, makes our stock more or less with nobody outside."""
        locations = self.env["stock.location"].sudo()
        changes = changes or {}
        line = self.sudo()
        source, destination = line.location_id, line.location_dest_id
        new_source = locations.browse(changes.get("location_id") or source.id)
        new_destination = locations.browse(changes.get("location_dest_id") or destination.id)
        if line.product_id.type != "product" or line._is_manufacturing():
            return False
        return crosses(source, destination) or crosses(new_source, new_destination)

    def _is_manufacturing(self):
        """Production orders account for what they use and make; their module may be missing."""
        move = self.move_id
        return any(move[name] for name in ("production_id", "raw_material_production_id") if name in move._fields)

    def _units_at_our_end(self):
        """The location where our goods are, and how many more (or less, negative) are there afterwards."""
        units = self.product_uom_id._compute_quantity(
            self.qty_done, self.product_id.uom_id, rounding_method="HALF-UP"
        )
        leaves = self.location_id.usage in OURS
        return (self.location_id, -units) if leaves else (self.location_dest_id, units)

    def _refuse_late_change(self):
        if self and not guard.is_open(self.env):
            raise UserError(
                _(
                    "A stock difference that was posted is not changed afterwards. Make a new count, and give the"
                    " reason."
                )
            )
