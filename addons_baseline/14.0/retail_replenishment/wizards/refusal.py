"""Asks why a proposal is refused: the next one who looks at the reordering rule wants to know."""

from odoo import _, fields, models
from odoo.exceptions import UserError


class ReplenishmentRefusal(models.TransientModel):
    _name = "retail.replenishment.refusal"
    _description = "Reason for refusing a replenishment proposal"

    proposal_ids = fields.Many2many("retail.replenishment.proposal", required=True)
    note = fields.Char("Why not?", required=True)

    def action_refuse(self):
        self.ensure_one()
        note = (self.note or "").strip()
        if not note:
            raise UserError(_("Say why not, for whoever looks at it next."))
        self.proposal_ids._refuse(note)
        return {"type": "ir.actions.act_window_close"}
