"""A credit note for a customer counts only on a return, and up to what was approved there."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError
from odoo.tools import float_compare


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "retail.guard.mixin"]

    return_id = fields.Many2one(
        "retail.return",
        copy=False,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('state', '=', 'released'), ('partner_id', 'child_of', commercial_partner_id)]",
    )
    return_free = fields.Boolean("Refunded before", readonly=True, copy=False)

    def _guarded_fields(self):
        return super()._guarded_fields() | {"return_free"}

    def _refunded_otherwise(self):
        """Whether this credit note needs no return of its own."""
        return self.return_free

    @api.constrains("state", "move_type", "return_id", "partner_id")
    def _check_refund_has_return(self):
        if guard.is_open(self.env):
            return
        for move in self:
            if move.state == "posted" and move.move_type == "out_refund" and not move._refunded_otherwise():
                if not move.return_id:
                    raise UserError(
                        _("%s needs a return that was approved. Choose it, or make one.", move.display_name)
                    )
                move.return_id._require_refundable(move)

    def _posted_refunds(self):
        return self.filtered(lambda move: move.move_type == "out_refund" and move.state == "posted")

    def _refund_amounts(self):
        """By id: without taxes and with them, each in the company's currency and in the customer's."""
        return {
            move.id: (
                (abs(move.amount_untaxed_signed), move.amount_untaxed),
                (abs(move.amount_total_signed), move.amount_total),
            )
            for move in self
        }

    def _require_not_raised(self, before):
        """Raise UserError if one of these is more than `before`, as _refund_amounts, and no return covers that.

        What needed no return when it was posted was not that much then.
        """
        if guard.is_open(self.env):
            return
        nothing = ((0.0, 0.0), (0.0, 0.0))
        for move in self._posted_refunds():
            [(untaxed, total)] = move._refund_amounts().values()
            untaxed_before, total_before = before.get(move.id, nothing)
            if move.return_id and move._is_more(untaxed, untaxed_before):
                move.return_id._require_refundable(move)
            elif move._is_more(untaxed, untaxed_before) or move._is_more(total, total_before):
                raise UserError(
                    _(
                        "%s is posted, so it stays as it is. Refund more with a return of its own.",
                        move.display_name,
                    )
                )

    def _is_more(self, amounts, before):
        rounding = self.company_id.currency_id.rounding
        return any(float_compare(*pair, precision_rounding=rounding) > 0 for pair in zip(amounts, before))
