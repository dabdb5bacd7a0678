"""When a till has to be heard of, and for how long it may hold sales back."""

from datetime import timedelta

import pytz
from odoo import api, fields, models

# How far back the begin of the current opening hours is looked for; a shop that is open longer never closes.
LOOK_BACK = timedelta(hours=24)


class TillPolicy(models.Model):
    _name = "retail.till.policy"
    _description = "Watching tills"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: every company.")
    config_ids = fields.Many2many(
        "pos.config", string="Tills", help="Empty: every till. The first policy that fits a till counts."
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        "Opening hours",
        help="Outside of them, and on their holidays, a till may be silent. Empty: it has to be heard of whenever"
        " its session is open.",
    )
    silent_minutes = fields.Integer(
        "Silent after (minutes)",
        default=10,
        required=True,
        help="A till reports every minute. So long without a word is not the network.",
    )
    pending_minutes = fields.Integer(
        "Holds sales too long after (minutes)",
        default=15,
        required=True,
        help="Whether or not the shop is open: what a till holds is lost with its browser.",
    )

    _sql_constraints = [
        ("silent_positive", "check(silent_minutes > 0)", "Enter after how many minutes a till is silent."),
        ("pending_positive", "check(pending_minutes > 0)", "Enter for how many minutes a till may hold sales."),
    ]

    @api.model
    def _of_tills(self, tills):
        """The policy of each till, by the till's id; a till that none fits is left out, and not watched."""
        found = {}
        for policy in self.search([("active", "=", True)]):
            for till in tills:
                fits_company = policy.company_id in (till.company_id, self.env["res.company"])
                if fits_company and (not policy.config_ids or till in policy.config_ids):
                    found.setdefault(till.id, policy)
        return found

    def _hours_of(self, till):  # noqa: ARG002 # other addons know more about it
        """Opening hours of one of the tills that this policy fits, as a calendar; empty: it is always open."""
        self.ensure_one()
        return self.calendar_id

    @api.model
    def _open_since(self, hours, now):
        """Since when a shop with these hours has been open without a break; False: closed. `now` is naive UTC."""
        if not hours:
            return now - LOOK_BACK
        moment = pytz.utc.localize(now)
        # A second further, because an interval ends where it is cut off.
        intervals = hours._work_intervals_batch(moment - LOOK_BACK, moment + timedelta(seconds=1))[False]
        for begin, end, _attendance in intervals:
            if begin <= moment < end:
                return begin.astimezone(pytz.utc).replace(tzinfo=None)
        return False
