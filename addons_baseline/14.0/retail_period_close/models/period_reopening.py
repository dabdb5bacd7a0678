"""Reopening a closed period: one person asks and says why, another agrees."""

from odoo import _, fields, models
from odoo.exceptions import UserError

from .period_close import CLOSERS


class PeriodReopening(models.Model):
    _name = "retail.period.reopening"
    _inherit = ["mail.thread", "retail.approval.mixin"]
    _description = "Reopening of a period"
    _order = "id desc"
    _rec_name = "period_id"

    period_id = fields.Many2one("retail.period.close", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="period_id.company_id", store=True, index=True)
    reason = fields.Text(required=True)

    def write(self, vals):
        if {"period_id", "reason"} & vals.keys():
            for reopening in self:
                if reopening.approval_state in ("pending", "approved"):
                    raise UserError(
                        _(
                            "The reopening of %s was asked for as it stands."
                            " Withdraw it, and ask again with the other reason.",
                            reopening.display_name,
                        )
                    )
        return super().write(vals)

    def unlink(self):
        for reopening in self:
            if reopening.approval_state == "approved":
                raise UserError(_("%s was reopened by this. It stays on record.", reopening.display_name))
        return super().unlink()

    def _approval_plan(self):
        return self.env.ref(CLOSERS)

    def _approval_content(self):
        return [self.period_id.id, self.reason]

    def _approval_problems(self):
        period = self.period_id
        closed = period.company_id._retail_closed_date()
        if period.state != "closed":
            return [_("It is not closed. Book into it as it is, or choose another period.")]
        if period.final:
            return [_("It was closed for good. Book a correction into an open period.")]
        if closed != period.date_to:
            return [_("A later period is closed, too: reopen that one first.")]
        return []

    def _approval_granted(self):
        problems = self._approval_problems()
        if problems:
            raise UserError("\n".join(problems))
        self.period_id._reopen(_("Reopened: %s", self.reason))
