"""Tills that somebody has to look at, now or in the past."""

from datetime import timedelta

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import AccessError
from odoo.tools import format_datetime

# Tills whose session was open before this addon came report only after their page has been loaded anew.
WATCHED_FROM = "retail_till.watched_from"
MANAGER = "point_of_sale.group_pos_manager"


class TillSignal(models.Model):
    """Kept after it has ended, and written by its own process alone: it says for how long a till was out."""

    _name = "retail.till.signal"
    _inherit = "retail.sealed.mixin"
    _description = "Till signal"
    _order = "began_at desc, id desc"
    _rec_name = "config_id"

    kind = fields.Selection(
        [("silent", "Silent"), ("pending", "Holds sales"), ("number", "Same number twice")],
        required=True,
        index=True,
    )
    config_id = fields.Many2one("pos.config", "Till", required=True, index=True, ondelete="cascade")
    session_id = fields.Many2one("pos.session", ondelete="set null")
    contact_id = fields.Many2one("retail.till.contact", "Device", ondelete="set null")
    receipt_id = fields.Many2one("retail.till.receipt", ondelete="cascade")
    # No related field: each receipt that gets its order, which is each sale, would look for signals about it.
    order_id = fields.Many2one("pos.order", compute="_compute_order_id")
    began_at = fields.Datetime("Since", required=True)
    ended_at = fields.Datetime("Until", index=True)
    settled_by_id = fields.Many2one("res.users", "Settled by", ondelete="restrict")
    pending = fields.Integer("Sales not sent", help="As last reported.")
    message = fields.Char("What to do", compute="_compute_message")

    def init(self):
        # Also when two jobs run at once, a till has one open signal of a kind.
        self.env.cr.execute(
            """
            CREATE UNIQUE INDEX IF NOT EXISTS retail_till_signal_open_once ON retail_till_signal
                (kind, config_id, coalesce(contact_id, 0)) WHERE ended_at IS NULL AND kind <> 'number'
            """
        )

    @api.depends("receipt_id")
    def _compute_order_id(self):
        for signal in self:
            signal.order_id = signal.receipt_id.sudo().order_id

    @api.depends("kind", "config_id", "began_at", "pending", "receipt_id")
    @api.depends_context("lang", "tz")
    def _compute_message(self):
        for signal in self:
            signal.message = signal._message()

    def _message(self):
        said = {
            "till": self.config_id.name,
            "since": format_datetime(self.env, self.began_at),
            "sales": self.pending,
            "number": self.receipt_id.sudo().reference,
        }
        if self.kind == "silent":
            return _(
                "%(till)s has not been heard of since %(since)s, but its session is open. See whether it is on and"
                " online, and load its page again. Close the session if nobody sells there.",
                **said,
            )
        if self.kind == "pending":
            return _(
                "%(till)s holds sales that have not arrived: %(sales)s, the oldest of %(since)s. Bring it online,"
                " and read what it shows at the top. Do not clear its browser.",
                **said,
            )
        return _(
            "%(till)s sent different sales with the number %(number)s; all are recorded. Compare the orders, and"
            " refund what the customer did not pay. Then settle this.",
            **said,
        )

    def action_settle(self):
        """Somebody has looked into sales with the same number; all other signals end by themselves."""
        self.check_access_rule("read")
        if not self.env.user.has_group(MANAGER):
            raise AccessError(_("Ask a manager of the tills to settle this."))
        open_ones = self.filtered(lambda signal: signal.kind == "number" and not signal.ended_at)
        ending = {"ended_at": fields.Datetime.now(), "settled_by_id": self.env.uid}
        guard.passing(open_ones.sudo()).write(ending)

    @api.model
    def _same_number(self, receipt):
        """A sale has arrived with the number of another one."""
        self._begin(
            {
                "kind": "number",
                "config_id": receipt.session_id.config_id.id,
                "session_id": receipt.session_id.id,
                "receipt_id": receipt.id,
                "began_at": fields.Datetime.now(),
            }
        )

    @api.model
    def _detect(self, now=None):
        """Begin what is found, end what is not found any more. `now` is UTC; run by a scheduled action."""
        now = now or fields.Datetime.now()
        found = {_key(values): values for values in self._silent(now) + self._pending(now)}
        for signal in self.search([("ended_at", "=", False), ("kind", "in", ("silent", "pending"))]):
            values = found.pop((signal.kind, signal.config_id.id, signal.contact_id.id), None)
            if values is None:
                guard.passing(signal).write({"ended_at": now})
            elif signal.pending != values["pending"]:
                guard.passing(signal).write({"pending": values["pending"]})
        self._begin(list(found.values()))

    @api.model
    def _begin(self, values):
        guard.passing(self.sudo()).create(values)

    @api.model
    def _silent(self, now):
        """Values of a signal for each till that should be heard of and is not."""
        sessions = self.env["pos.session"].search([("state", "=", "opened"), ("rescue", "=", False)])
        contacts = self.env["retail.till.contact"].search([("session_id", "in", sessions.ids)])
        policies = self.env["retail.till.policy"]._of_tills(sessions.config_id)
        hours = {till.id: policies[till.id]._hours_of(till) for till in sessions.config_id if till.id in policies}
        # Many tills have the same hours.
        opened = {each: self.env["retail.till.policy"]._open_since(each, now) for each in set(hours.values())}
        silent = []
        for session in sessions:
            till = session.config_id.id
            policy = policies.get(till)
            own = contacts.filtered_domain([("session_id", "=", session.id)])
            heard = max(own.mapped("contact_at"), default=None) or self._expected_from(session)
            if policy and heard and _is_silent(now, heard, opened[hours[till]], policy.silent_minutes):
                silent.append(
                    {
                        "kind": "silent",
                        "config_id": till,
                        "session_id": session.id,
                        "contact_id": False,
                        "began_at": heard,
                        "pending": sum(own.mapped("pending")),
                    }
                )
        return silent

    @api.model
    def _expected_from(self, session):
        """From when on a session that was never heard of should have been; None: it may not know how."""
        watched_from = self.env["ir.config_parameter"].get_param(WATCHED_FROM)
        if watched_from and session.start_at <= fields.Datetime.to_datetime(watched_from):
            return None
        return session.start_at

    @api.model
    def _pending(self, now):
        """Values of a signal for each device that has held sales for too long, whether it is silent or not."""
        holding = self.env["retail.till.contact"].search([("pending", ">", 0)])
        policies = self.env["retail.till.policy"]._of_tills(holding.config_id)
        return [
            {
                "kind": "pending",
                "config_id": contact.config_id.id,
                "session_id": contact.session_id.id,
                "contact_id": contact.id,
                "began_at": contact.oldest_at,
                "pending": contact.pending,
            }
            for contact in holding
            if contact.config_id.id in policies
            and now - contact.oldest_at >= timedelta(minutes=policies[contact.config_id.id].pending_minutes)
        ]


def _is_silent(now, heard, opened, minutes):
    """Whether a till that was last heard of at `heard` is silent; `opened` False: the shop is closed."""
    return bool(opened) and now - max(heard, opened) >= timedelta(minutes=minutes)


def _key(values):
    return values["kind"], values["config_id"], values["contact_id"]
