"""Until when a company is closed, and whom that binds."""

from datetime import date, datetime, time, timedelta

import pytz
from odoo import _, api, fields, models
from odoo.tools import format_date

LOCKS = frozenset({"period_lock_date", "fiscalyear_lock_date", "tax_lock_date", "retail_closed_until"})


class Company(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "retail.guard.mixin"]

    retail_closed_until = fields.Date(
        "Closed until",
        readonly=True,
        copy=False,
        help="The last day of the last closed period. Nobody books up to this day, whatever their rights.",
    )

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | LOCKS

    def _guarded_message(self, names):
        if names <= LOCKS:
            return _(
                "Lock dates are set by closing a period, and go back by reopening it: Retail > Work > Periods."
            )
        return super()._guarded_message(names)

    def _get_user_fiscal_lock_date(self):
        """Core's period lock does not bind advisers. A closed period does: it was checked as it stands."""
        return max(super()._get_user_fiscal_lock_date(), self._retail_closed_date() or date.min)

    def _retail_closed_date(self):
        """The last closed day, or None."""
        self.ensure_one()
        return self.sudo().retail_closed_until or None

    def _retail_is_closed(self, moment):
        """Whether this moment (datetime, UTC) lies in a closed period."""
        closed = self._retail_closed_date()
        return bool(closed and moment and moment < self._retail_end_of(closed))

    def _retail_end_of(self, day):
        """The moment (datetime, UTC) at which this day ends for the company."""
        zone = pytz.timezone(self.sudo().partner_id.tz or "UTC")
        midnight = zone.localize(datetime.combine(day + timedelta(days=1), time.min))
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)

    def _retail_closed_message(self, what):
        closed = format_date(self.env, self._retail_closed_date())
        return _(
            "%(what)s lies in a period that is closed until %(date)s. Use a later date, "
            "or ask for the period to be reopened: Retail > Work > Periods.",
            what=what,
            date=closed,
        )

    def _retail_hold_open(self, day):
        """Whoever books into the past keeps the period from being closed until the booking is committed.

        A shared lock: bookings do not wait for each other. If the period was closed since this transaction began,
        the database refuses (SerializationFailure), Odoo tries the request again, and then it sees the closed
        period.
        Today's bookings take none, so no sale does.
        """
        if day < fields.Date.today():
            self.env.cr.execute("SELECT id FROM res_company WHERE id = %s FOR SHARE", (self.id,))

    def _retail_lock_for_closing(self):
        """Wait for bookings into the past that are under way, and hold off new ones until this is committed."""
        self.flush()
        self.env.cr.execute("SELECT id FROM res_company WHERE id = %s FOR UPDATE", (self.id,))
