"""Asks why a request is rejected: whoever submitted it has to know what to change."""

from odoo import _, fields, models
from odoo.exceptions import UserError


class ApprovalRejection(models.TransientModel):
    _name = "retail.approval.rejection"
    _description = "Reason for a rejection"

    request_ids = fields.Many2many("retail.approval.request", required=True)
    note = fields.Char("What has to change?", required=True)

    def action_reject(self):
        self.ensure_one()
        note = (self.note or "").strip()
        if not note:
            raise UserError(_("Say what has to change, so that it can be submitted again."))
        for request in self.request_ids:
            request._decide("rejected", note)
        return {"type": "ir.actions.act_window_close"}
