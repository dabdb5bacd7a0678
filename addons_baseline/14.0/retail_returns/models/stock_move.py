"""Goods come back with the work that moves them, and how much of what was delivered has."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError

# Where goods of ours are: what comes there from a customer is a return.
OURS = ("internal", "transit")
MOVING = "retail_returns_moving"


class Moving:
    """Compared by identity, as the pass of retail_base.guard: held while core moves the goods themselves."""


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["stock.move", "retail.guard.mixin"]

    return_free_quantity = fields.Float(
        "Was on its way before",
        digits="Product Unit of Measure",
        readonly=True,
        copy=False,
        help="In the product's own unit. No more comes back without a return, whatever the demand says since.",
    )

    def _guarded_fields(self):
        return super()._guarded_fields() | {"return_free_quantity"}

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        moves.filtered(lambda move: move.state == "done")._refuse_unless_moving()
        return moves

    def write(self, vals):
        if "product_id" in vals:
            # That many of another product were never on their way.
            others = self.filtered(lambda move: move.product_id.id != vals["product_id"])
            guard.passing(others.filtered("return_free_quantity")).write({"return_free_quantity": 0.0})
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
        before = self._returned_without().filtered(lambda move: move.state != "cancel")
        return self._held_by_returns(but) + sum(before.mapped("product_qty"))

    def _returned_without(self):
        """Moves on which it comes back without a return."""
        return self.returned_move_ids.filtered(lambda move: not move.picking_id.return_id)

    def _held_by_returns(self, but=None):
        lines = self.env["retail.return.line"].search(
            [
                ("move_id", "=", self.id),
                ("id", "not in", but.ids if but else []),
                "|",
                ("return_id.approval_state", "in", ("pending", "approved")),
                ("return_id", "in", but.return_id.ids if but else []),
            ]
        )
        return sum(line._held() for line in lines)

    def _left_of_delivery(self):
        """How much of it has neither come back nor is held by a return; what only may come waits its turn."""
        came = self._returned_without().filtered(lambda move: move.state == "done")
        return self.product_qty - self._held_by_returns() - sum(came.mapped("product_qty"))


def comes_back(source, target):
    """Whether goods that go this way come from a customer, or leave the place of returns."""
    return target.usage in OURS and (
        source.usage == "customer" or (source._is_for_returns() and not target._is_for_returns())
    )
