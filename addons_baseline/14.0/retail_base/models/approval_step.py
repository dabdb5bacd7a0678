"""One decision that a request needs, from somebody of one group."""

from odoo import fields, models

from .. import guard


class ApprovalStep(models.Model):
    _name = "retail.approval.step"
    _inherit = "retail.sealed.mixin"
    _description = "Approval decision"
    _order = "request_id desc, sequence, id"
    _rec_name = "group_id"

    request_id = fields.Many2one("retail.approval.request", required=True, index=True, ondelete="restrict")
    # Kept, or each decision that is read would have all requests looked through for whose they are.
    company_id = fields.Many2one(related="request_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    group_id = fields.Many2one("res.groups", "Somebody of", required=True, ondelete="restrict")
    state = fields.Selection(
        [("pending", "Waiting"), ("approved", "Approved"), ("rejected", "Rejected"), ("void", "Not needed")],
        required=True,
        default="pending",
        # Few of all that there ever were are pending, and everybody asks for those.
        index=True,
    )
    user_id = fields.Many2one("res.users", "Decided by", index=True, ondelete="restrict")
    decided_at = fields.Datetime("Decided on")
    note = fields.Char("Reason")
    alone = fields.Boolean(help="Decided by somebody who had taken part in the document: no second person looked.")

    def _record(self, verdict, note, alone):
        guard.passing(self.sudo()).write(
            {
                "state": verdict,
                "user_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
                "note": note or False,
                "alone": alone,
            }
        )
