"""Prices that are to change, together and at one time: proposed, approved, scheduled."""

from datetime import datetime, time, timedelta

import pytz
from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.addons.retail_base.forms import form_of
from odoo.exceptions import UserError

# What is approved; it stands still from the day it is submitted.
CONTENT = frozenset({"name", "company_id", "day", "hour", "line_ids", "item_ids"})
# More than that are said by their number.
SAID = 20


class PriceChange(models.Model):
    _name = "retail.price.change"
    _inherit = ["mail.thread", "mail.activity.mixin", "retail.approval.mixin"]
    _description = "Price change"
    _order = "id desc"

    name = fields.Char(
        "Why", required=True, tracking=True, help="The reason, which is read in the history of prices."
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True, ondelete="restrict"
    )
    day = fields.Date("On", help="In the time zone of the company. Empty: as soon as it is approved.")
    hour = fields.Float("At", help="Time of day, in the time zone of the company.")
    effective_at = fields.Datetime("Takes effect", readonly=True, copy=False, index=True)
    line_ids = fields.One2many("retail.price.change.line", "change_id", "Prices", copy=True)
    item_ids = fields.One2many("retail.price.change.item", "change_id", "Pricelist rules", copy=True)
    outcome = fields.Selection(
        [
            ("open", "Not applied"),
            ("applied", "Applied"),
            ("partial", "Partly applied"),
            ("cancelled", "Cancelled"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
        copy=False,
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("pending", "Waiting for approval"),
            ("rejected", "Rejected"),
            ("approved", "Scheduled"),
            ("applied", "Applied"),
            ("partial", "Partly applied"),
            ("cancelled", "Cancelled"),
        ],
        compute="_compute_state",
    )
    applied_at = fields.Datetime("Applied on", readonly=True, copy=False)
    reverts_id = fields.Many2one(
        "retail.price.change", "Takes back", readonly=True, copy=False, index=True, ondelete="restrict"
    )

    _sql_constraints = [
        ("hour", "CHECK (hour >= 0 AND hour < 24)", "Enter a time of day from 0:00 to 23:59."),
    ]

    @api.depends("approval_state", "outcome")
    def _compute_state(self):
        for change in self:
            change.state = change.approval_state if change.outcome == "open" else change.outcome

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"effective_at", "outcome", "applied_at", "reverts_id"}

    def write(self, vals):
        if CONTENT & vals.keys():
            self._refuse_frozen()
        return super().write(vals)

    def unlink(self):
        for change in self:
            if change.state not in ("draft", "rejected"):
                raise UserError(_("%s stays on record. Cancel it instead.", change.display_name))
        return super().unlink()

    def _refuse_frozen(self):
        """Raise UserError, saying what to do, where what was submitted would change."""
        if guard.is_open(self.env):
            return
        for change in self.sudo():
            if change.state == "pending":
                raise UserError(_("%s waits for approval. Withdraw it, and change it then.", change.display_name))
            if change.state not in ("draft", "rejected"):
                raise UserError(_("%s is approved or over. Make another price change.", change.display_name))

    # What the buttons do.

    def action_check(self):
        """Say of each line what it changes and what somebody has to decide about."""
        self._refuse_frozen()
        self.check_access_rights("write")
        self.check_access_rule("write")
        for change in self.sudo():
            change._capture()

    def action_approval_submit(self):
        self.filtered(lambda change: change.state in ("draft", "rejected")).action_check()
        return super().action_approval_submit()

    def action_cancel(self):
        """Nothing of it takes effect any more; what has, stays."""
        self.check_access_rights("write")
        self.check_access_rule("write")
        for change in self:
            if change.outcome != "open":
                raise UserError(_("%s is over. Take it back with another price change.", change.display_name))
            change._hold()
            if change.approval_state == "pending":
                change._approval_reopen(_("Cancelled by %s", self.env.user.name))
            guard.passing(change.sudo()).write({"outcome": "cancelled"})
            change._approval_announce(_("Cancelled by %s", self.env.user.name))

    def action_propose_again(self):
        """A new draft of what did not come about."""
        self.ensure_one()
        return self._another(
            self.name,
            [line._as_proposed() for line in self.line_ids if line.progress != "applied"],
            [item._as_proposed() for item in self.item_ids if item.progress != "applied"],
        )

    def action_revert(self):
        """A new draft that brings back the prices that were there before; it is approved like any other."""
        self.ensure_one()
        done = self.line_ids.filtered(lambda line: line.progress == "applied")
        rules = self.item_ids.filtered(lambda item: item.progress == "applied")
        return self._another(
            _("Take back: %s", self.name),
            [line._as_it_was() for line in done],
            [item._as_it_was() for item in rules],
            reverts=self,
        )

    def _another(self, name, lines, items, reverts=None):
        if self.outcome == "open" or not (lines or items):
            raise UserError(_("There is nothing in %s for that.", self.display_name))
        values = {
            "name": name,
            "company_id": self.company_id.id,
            "line_ids": [(0, 0, each) for each in lines],
            "item_ids": [(0, 0, each) for each in items],
        }
        change = self.create(values)
        if reverts:
            guard.passing(change.sudo()).write({"reverts_id": reverts.id})
        return form_of(self._name, change.id)

    # The approval.

    def _capture(self):
        now = fields.Datetime.now()
        guard.passing(self).write({"effective_at": self._moment() or now})
        self.line_ids._capture()
        self.item_ids._capture()

    def _moment(self):
        """When it is to take effect, in UTC; None: at once.

        In the night when clocks go back a time comes twice, and the first is meant; one that is left out in
        spring is taken as that long after midnight before the change.
        """
        if not self.day:
            return None
        zone = pytz.timezone(self.company_id.sudo().partner_id.tz or "UTC")
        local = datetime.combine(self.day, time()) + timedelta(minutes=round(self.hour * 60))
        return zone.localize(local, is_dst=True).astimezone(pytz.utc).replace(tzinfo=None)

    def _approval_problems(self):
        problems = super()._approval_problems()
        if self.outcome != "open":
            problems.append(_("It is over. Make another price change."))
        if not self.line_ids and not self.item_ids:
            problems.append(_("Enter which prices are to change."))
        moment = self._moment()
        if moment and moment < fields.Datetime.now():
            problems.append(_("Enter a time that is not past, or none for at once."))
        of_steps = self.line_ids._step_problems() + self.item_ids._step_problems()
        if len(of_steps) > SAID:
            more = _("and %s more lines.", len(of_steps) - SAID)
            of_steps = [*of_steps[:SAID], more]
        return problems + of_steps

    def _approval_plan(self):
        found = {(step.limit_id, step.verdict) for steps in (self.line_ids, self.item_ids) for step in steps}
        groups = self.env["res.groups"].sudo()
        for limit, verdict in found:
            # A verdict that is missing is none in favour.
            groups |= limit.sudo()._deciding(verdict or "below_cost")
        return groups.sorted("id")

    def _approval_within_limits(self):
        return _("Every price is within the price rules.")

    def _approval_involved(self):
        return self.create_uid

    def _approval_content(self):
        lines = sorted(line._content() for line in self.line_ids)
        items = sorted((item._content() for item in self.item_ids), key=str)
        return [self.company_id.id, self.effective_at, lines, items]

    def _approval_granted(self):
        if self.effective_at <= fields.Datetime.now() and self._is_small():
            self._apply()
