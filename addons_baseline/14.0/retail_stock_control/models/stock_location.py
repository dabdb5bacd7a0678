"""A location that holds stock keeps its kind: otherwise all of it would vanish, or appear, in one click."""

from odoo import _, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError


class StockLocation(models.Model):
    _inherit = "stock.location"

    def write(self, vals):
        if "usage" in vals and not guard.is_open(self.env):
            self.filtered(lambda location: location.usage != vals["usage"])._refuse_unless_empty()
        return super().write(vals)

    def _refuse_unless_empty(self):
        domain = [("location_id", "in", self.ids), ("quantity", "!=", 0)]
        held = self.env["stock.quant"].sudo().search(domain, limit=1)
        if held:
            raise UserError(
                _(
                    "%s holds stock, so its type cannot be changed. Move the stock elsewhere first.",
                    held.location_id.display_name,
                )
            )
