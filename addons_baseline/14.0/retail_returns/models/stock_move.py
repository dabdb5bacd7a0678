"""Goods come back with the work that moves them, and how much of what was delivered has."""

from odoo import _, api, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError

# Where goods of ours are: what comes there from a customer is a return.
OURS = ("internal", "transit")
MOVING = "retail_returns_moving"


class Moving:
    """Compared by identity, as the pass of retail_base.guard: held while core moves the goods themselves."""


class StockMove(models.Model):
    _inherit = "stock.move"

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        moves.filtered(lambda move: move.state == "done")._refuse_unless_moving()
        return moves

    def write(self, vals):
        if vals.get("state") == "done":
            self.filtered(lambda move: move.state != "done")._refuse_unless_moving()
        return super().write(vals)

    def _action_done(self, cancel_backorder=False):
        moving = self.with_context(**{MOVING: Moving})
        done = super(StockMove, moving)._action_done(cancel_backorder=cancel_backorder)
        return done.with_env(self.env)

    def _refuse_unless_moving(self):
        """A state alone would say that goods are here which nobody has seen."""
        if self.env.context.get(MOVING) is Moving or guard.is_open(self.env):
            return
        for move in self.sudo():
            if comes_back(move.location_id, move.location_dest_id):
                raise UserError(
                    _(
                        "%s comes back with its transfer. Open the transfer, and validate it.",
                        move.product_id.display_name,
                    )
                )

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


def comes_back(source, target):
    """Whether goods that go this way come from a customer, or leave the place of returns."""
    return target.usage in OURS and (
        source.usage == "customer" or (source._is_for_returns() and not target._is_for_returns())
    )
