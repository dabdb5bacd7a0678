"""A period: checked, closed for everybody, and closed as it was checked."""

from contextlib import contextmanager
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

CLOSERS = "retail_period_close.group_period_closing"
WHAT_IS_CLOSED = frozenset({"company_id", "date_from", "date_to", "final"})
# Until then it is still the same day somewhere, and a till there books into it.
LAST_TIME_ZONE = timedelta(hours=12)


class PeriodClose(models.Model):
    """Life: open → checked → closed, by `_close` alone; back to open by a retail.period.reopening."""

    _name = "retail.period.close"
    _inherit = ["mail.thread", "retail.approval.mixin"]
    _description = "Period close"
    _order = "date_to desc, id desc"

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    date_from = fields.Date("From", required=True, default=lambda self: self._default_date_from())
    date_to = fields.Date("To", required=True, default=lambda self: self._default_date_to())
    final = fields.Boolean(
        "For good", help="Also sets the tax lock and the lock of the fiscal year: it can never be reopened."
    )
    state = fields.Selection(
        [("open", "Open"), ("checked", "Checked"), ("closed", "Closed")],
        required=True,
        readonly=True,
        default="open",
        index=True,
        copy=False,
        tracking=True,
    )
    checked_at = fields.Datetime("Checked on", readonly=True, copy=False)
    closed_at = fields.Datetime("Closed on", readonly=True, copy=False)
    locked_before = fields.Date(
        readonly=True, copy=False, help="The period lock before this close; reopening sets it again."
    )
    closed_before = fields.Date(
        readonly=True, copy=False, help="Until when the company was closed before this close."
    )
    result_ids = fields.One2many("retail.period.result", "period_id", "Checks", copy=False)
    reopening_ids = fields.One2many("retail.period.reopening", "period_id", "Reopenings", copy=False)
    blocking = fields.Integer("Blocks", compute="_compute_blocking")

    _sql_constraints = [("in_order", "check(date_from <= date_to)", "A period ends after it begins.")]

    def _default_date_from(self):
        closed = self.env.company._retail_closed_date()
        return closed + timedelta(days=1) if closed else fields.Date.today() + relativedelta(months=-1, day=1)

    def _default_date_to(self):
        return self._default_date_from() + relativedelta(day=31)

    @api.depends("date_from", "date_to")
    def _compute_name(self):
        for period in self:
            period.name = f"{period.date_from} / {period.date_to}"

    @api.depends("result_ids.verdict")
    def _compute_blocking(self):
        for period in self:
            period.blocking = len(period.result_ids.filtered(lambda result: result.verdict == "blocks"))

    @api.constrains("company_id", "date_from", "date_to")
    def _check_overlap(self):
        for period in self:
            others = [
                ("id", "!=", period.id),
                ("company_id", "=", period.company_id.id),
                ("date_from", "<=", period.date_to),
                ("date_to", ">=", period.date_from),
            ]
            if other := self.search(others, limit=1):
                raise ValidationError(
                    _("These days belong to the period %s already. Choose others.", other.display_name)
                )

    @api.model
    def _guarded_fields(self):
        own = {"state", "checked_at", "closed_at", "locked_before", "closed_before"}
        return super()._guarded_fields() | own

    def write(self, vals):
        changed = WHAT_IS_CLOSED & vals.keys()
        if changed:
            for period in self:
                if period.state == "closed" or period.approval_state == "pending":
                    raise UserError(
                        _("%s is closed, or about to be. Withdraw it, or have it reopened.", period.display_name)
                    )
            self._forget_results()
        return super().write(vals)

    def unlink(self):
        for period in self:
            if period.closed_at:
                raise UserError(_("%s was closed once, and stays on record.", period.display_name))
        return super().unlink()

    def action_check(self):
        """Run all checks; what was waived stays waived as long as the same is found."""
        for period in self:
            period.check_access_rights("write")
            period.check_access_rule("write")
            if period.state == "closed" or period.approval_state == "pending":
                raise UserError(
                    _(
                        "%s is closed, or about to be. To check it again, withdraw it, or have it reopened.",
                        period.display_name,
                    )
                )
            period._approval_reopen(_("Checked again"))
            checks = self.env["retail.period.check"]._in_force()
            period._record({check: check._find(period.company_id, period.date_to) for check in checks})

    def action_ask_to_reopen(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": _("Reopen"),
            "res_model": "retail.period.reopening",
            "view_mode": "form",
            "context": {"default_period_id": self.id},
        }

    # What is approved, and by whom.

    def _approval_plan(self):
        """A second person looks when something that blocks was waived, and before a period is closed for good."""
        waived = self.result_ids.filtered(lambda result: result.verdict == "waived")
        return self.env.ref(CLOSERS) if waived or self.final else self.env["res.groups"]

    def _approval_within_limits(self):
        return _("Every check that blocks has passed")

    def _approval_involved(self):
        return self.result_ids.mapped("waived_by_id")

    def _approval_content(self):
        results = [[each.check_id.code, each.found, each.amount, each.waiver] for each in self.result_ids]
        return [self.company_id.id, self.date_from, self.date_to, self.final, sorted(results, key=str)]

    def _approval_problems(self):
        problems = self._problems_of_dates()
        if self.state == "closed":
            problems.append(_("It is closed already. To close it anew, have it reopened first."))
        elif self.state == "open" or self.env["retail.period.check"]._in_force() - self.result_ids.check_id:
            problems.append(_("Run the checks first."))
        for result in self.result_ids.filtered(lambda each: each._stops(self.final)):
            problems.append(f"{result.check_id.name} ({result.found}): {result.advice}")
        return problems

    def _approval_granted(self):
        self._close()

    def _problems_of_dates(self):
        problems = []
        if self.date_to >= (fields.Datetime.now() - LAST_TIME_ZONE).date():
            problems.append(_("It is not over yet, at least not in every time zone: close it later."))
        closed = self.company_id._retail_closed_date()
        if closed and self.date_from != closed + timedelta(days=1):
            expected = format_date(self.env, closed + timedelta(days=1))
            problems.append(_("Periods are closed one after the other: let this one begin on %s.", expected))
        return problems

    # How it works.

    def _record(self, findings):
        """Keep {check: Finding}, in place of earlier results."""
        results = guard.passing(self.env["retail.period.result"].sudo())
        waived = {each.check_id: each for each in self.result_ids if each.waiver}
        new = []
        for check, finding in findings.items():
            values = {
                "period_id": self.id,
                "check_id": check.id,
                "severity": check.severity,
                **results._values(finding),
            }
            if check in waived and waived[check]._is_still(finding):
                old = waived[check]
                values.update(waiver=old.waiver, waived_by_id=old.waived_by_id.id, waived_at=old.waived_at)
            new.append(values)
        self._forget_results()
        results.create(new)
        guard.passing(self).write({"state": "checked", "checked_at": fields.Datetime.now()})

    def _forget_results(self):
        guard.passing(self.sudo().result_ids).unlink()
        guard.passing(self).write({"state": "open", "checked_at": False})

    def _close(self):
        """Lock the company and look once more: between the checks and now somebody may have booked."""
        self.ensure_one()
        company = self.company_id
        company._retail_lock_for_closing()
        self._require_unchanged()
        before = {"locked_before": company.period_lock_date, "closed_before": company.retail_closed_until}
        locks = dict.fromkeys(["retail_closed_until", "period_lock_date"], self.date_to)
        if company.period_lock_date and company.period_lock_date > self.date_to:
            # Never earlier than somebody has set it.
            locks["period_lock_date"] = company.period_lock_date
        if self.final:
            locks.update(dict.fromkeys(["fiscalyear_lock_date", "tax_lock_date"], self.date_to))
        guard.passing(company).write(locks)
        guard.passing(self).write({"state": "closed", "closed_at": fields.Datetime.now(), **before})

    def _require_unchanged(self):
        """Raises UserError when a check that blocks finds something else than what was recorded."""
        recorded = {result.check_id.id: result for result in self.result_ids if result.severity == "block"}
        with self._now() as env:
            checks = env["retail.period.check"].browse(recorded)
            company = env["res.company"].browse(self.company_id.id)
            changed = [
                check.id
                for check in checks
                if not recorded[check.id]._is_still(check._find(company, self.date_to))
            ]
        if changed:
            names = ", ".join(self.env["retail.period.check"].browse(changed).mapped("name"))
            raise UserError(_("Something has changed since the checks ran: %s. Run them again.", names))

    @contextmanager
    def _now(self):
        """An environment that sees what is committed by now; this transaction sees what was when it began."""
        with self.env.registry.cursor() as cr:
            yield self.env(cr=cr)

    def _reopen(self, why):
        """As it was before: what is closed later has to be reopened first."""
        self.ensure_one()
        company = self.company_id
        company._retail_lock_for_closing()
        earlier = {"retail_closed_until": self.closed_before, "period_lock_date": self.locked_before}
        guard.passing(company).write(earlier)
        self._forget_results()
        self._approval_reopen(why)
