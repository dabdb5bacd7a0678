"""How much of what was delivered has come back, or may."""

from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _returned(self, but=None):
        """In the product's own unit, in all lines of returns but this one, and before there were returns."""
        lines = self.env["retail.return.line"].search(
            [
                ("move_id", "=", self.id),
                ("id", "not in", but.ids if but else []),
                "|",
                ("return_id.approval_state", "in", ("pending", "approved")),
                ("return_id", "in", but.return_id.ids if but else []),
            ]
        )
        before = self.returned_move_ids.filtered(
            lambda move: move.state != "cancel" and not move.picking_id.return_id
        )
        return sum(line._held() for line in lines) + sum(before.mapped("product_qty"))
