"""What one check found in one period, and why it may be closed nevertheless."""

import json

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError

# Kept for whoever looks at it later; the number of all is kept beside.
KEPT = 1000
# What the lock of a fiscal year refuses.
NEVER_FOR_GOOD = frozenset({"draft_entries", "bank_lines"})
WAIVER = frozenset({"waiver", "waived_by_id", "waived_at"})


class PeriodResult(models.Model):
    _name = "retail.period.result"
    _inherit = "retail.guard.mixin"
    _description = "Result of a check"
    _order = "period_id desc, sequence, id"
    _rec_name = "check_id"

    period_id = fields.Many2one(
        "retail.period.close", required=True, index=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="period_id.company_id")
    currency_id = fields.Many2one(related="period_id.company_id.currency_id")
    check_id = fields.Many2one("retail.period.check", required=True, readonly=True, ondelete="restrict")
    sequence = fields.Integer(related="check_id.sequence", store=True)
    advice = fields.Char(related="check_id.advice")
    severity = fields.Selection(
        # As it was when the check ran.
        lambda self: self.env["retail.period.check"]._fields["severity"].selection,
        required=True,
        readonly=True,
    )
    found = fields.Integer(readonly=True)
    amount = fields.Monetary(readonly=True)
    res_model = fields.Char("Model", readonly=True)
    res_ids = fields.Text("Records", readonly=True)
    waiver = fields.Char("Closed nevertheless because", help="For instance: accrued by entry MISC/2026/01/0007.")
    waived_by_id = fields.Many2one("res.users", "Waived by", readonly=True, ondelete="restrict")
    waived_at = fields.Datetime("Waived on", readonly=True)
    verdict = fields.Selection(
        [("passed", "Passed"), ("shown", "Look at it"), ("waived", "Waived"), ("blocks", "Blocks")],
        compute="_compute_verdict",
    )

    @api.depends("found", "severity", "waiver")
    def _compute_verdict(self):
        for result in self:
            if not result.found:
                result.verdict = "passed"
            elif result.severity == "warn":
                result.verdict = "shown"
            else:
                result.verdict = "waived" if result.waiver else "blocks"

    @api.model
    def _guarded_fields(self):
        seen = {"period_id", "check_id", "severity", "found", "amount", "res_model", "res_ids"}
        return super()._guarded_fields() | seen | (WAIVER - {"waiver"})

    def write(self, vals):
        if "waiver" in vals and not guard.is_open(self.env):
            self._waive((vals["waiver"] or "").strip())
            vals = {name: value for name, value in vals.items() if name != "waiver"}
        return super().write(vals)

    def unlink(self):
        if not guard.is_open(self.env):
            raise UserError(_("Results stay as they are: run the checks again."))
        return super().unlink()

    def action_open(self):
        """The records that were found."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.check_id.name,
            "res_model": self.res_model,
            "view_mode": "tree,form",
            "domain": [("id", "in", json.loads(self.res_ids or "[]"))],
        }

    def _waive(self, why):
        """Somebody says why it may be closed all the same; who closes needs a second person then."""
        self.check_access_rights("write")
        self.check_access_rule("write")
        for result in self:
            if result.period_id.state == "closed" or result.period_id.approval_state == "pending":
                raise UserError(_("%s is being closed. Withdraw it first.", result.period_id.display_name))
            if why and result.verdict not in ("blocks", "waived"):
                raise UserError(
                    _("%s does not block the close, so there is nothing to say.", result.check_id.name)
                )
        who = {"waived_by_id": self.env.uid, "waived_at": fields.Datetime.now()} if why else {}
        nobody = {"waived_by_id": False, "waived_at": False}
        guard.passing(self).write({"waiver": why or False, **nobody, **who})

    def _stops(self, final):
        """Whether the period cannot be closed like this. For good, Odoo itself insists on some, waived or not."""
        insisted = final and self.found and self.check_id.code in NEVER_FOR_GOOD
        return self.verdict == "blocks" or insisted

    def _is_still(self, finding):
        """Whether a check finds the same now."""
        same_amount = self.currency_id.is_zero(self.amount - finding.amount)
        return self._values(finding)["res_ids"] == self.res_ids and self.found == len(finding.ids) and same_amount

    @api.model
    def _values(self, finding):
        return {
            "found": len(finding.ids),
            "amount": finding.amount,
            "res_model": finding.model,
            "res_ids": json.dumps(finding.ids[:KEPT]),
        }
