"""A credit note for a customer counts only on a return, and up to what was approved there."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError


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

    @api.constrains("state", "move_type", "return_id")
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
