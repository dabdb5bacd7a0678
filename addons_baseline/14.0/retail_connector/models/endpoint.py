"""A service outside that is called: a carrier, a payment service, a marketplace, a listener."""

import hashlib
import json
import random
import re
from urllib.parse import urlsplit

from odoo import _, api, fields, models, tools
from odoo.exceptions import AccessError, UserError, ValidationError

from ..outcome import BREAKER_MEMORY, Tried, breaker_wait

OPERATOR = "retail_connector.group_operator"
# Programs on the same machine may be spoken to in plain text; nothing leaves it.
OWN_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
# What decides whether an endpoint is told of an event.
LISTENING = frozenset({"event_ids", "company_id", "active"})
# Seconds over which those that waited for an endpoint come back to it.
SPREAD = 30


class Endpoint(models.Model):
    _name = "retail.connector.endpoint"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Integration endpoint"
    _order = "name, id"

    name = fields.Char(required=True)
    code = fields.Char(required=True, copy=False, help="By this other addons find the endpoint.")
    kind = fields.Selection(
        [
            ("payment", "Payment service"),
            ("carrier", "Carrier"),
            ("marketplace", "Marketplace"),
            ("webhook", "Listener (webhook)"),
        ],
        required=True,
        default="webhook",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company, index=True)
    url = fields.Char("Address", required=True, tracking=True, help="https://…, to which each call adds its path.")
    auth = fields.Selection(
        [
            ("none", "Nothing"),
            ("bearer", "Bearer token"),
            ("basic", "User and password (user:password)"),
            ("header", "Secret in a header"),
            ("signature", "Signature (Standard Webhooks)"),
        ],
        "Proof of who calls",
        required=True,
        default="none",
    )
    auth_header = fields.Char("Header", default="X-API-Key")
    # Written, and never shown again: whoever sees the form may not see it.
    secret = fields.Char(copy=False, groups="base.group_system")
    new_secret = fields.Char(compute="_compute_new_secret", inverse="_inverse_new_secret")
    has_secret = fields.Boolean("Secret is set", compute="_compute_new_secret")
    timeout = fields.Integer(
        "Deadline (s)",
        required=True,
        default=10,
        help="Seconds within which a call has to be answered as a whole.",
    )
    max_tries = fields.Integer("Tries", required=True, default=8, help="Tries after which a message is given up.")
    give_up_hours = fields.Integer(
        required=True, default=48, help="Hours after which a message is given up, also when nobody was reached."
    )
    repeatable = fields.Boolean(
        "Recognises repetitions",
        default=True,
        help="The other side does a call once, however often it comes with the same Idempotency-Key. If it does "
        "not, a call without an answer is not repeated by itself: a person has to look there first.",
    )
    keep_days = fields.Integer(required=True, default=90, help="Days for which sent messages are kept.")
    paused = fields.Boolean(
        tracking=True, copy=False, help="Nothing is sent. Messages wait, and are sent when it is resumed."
    )
    event_ids = fields.Many2many(
        "retail.connector.event", string="Announces", help="What is told to this endpoint."
    )
    responsible_id = fields.Many2one(
        "res.users",
        "Looks after it",
        help="Is told when a message is given up. Empty: all members of the group Integrations are.",
    )
    dead_count = fields.Integer("Given up", compute="_compute_counts")
    queued_count = fields.Integer("Waiting", compute="_compute_counts")

    _sql_constraints = [
        ("code_unique", "unique(code)", "There is an endpoint with this code already."),
        # Well below the 120 s after which Odoo ends a worker, the job's own work included.
        ("timeout_range", "CHECK(timeout BETWEEN 1 AND 60)", "Choose a deadline between 1 and 60 seconds."),
        ("max_tries_range", "CHECK(max_tries BETWEEN 1 AND 100)", "Choose between 1 and 100 tries."),
        ("give_up_hours_positive", "CHECK(give_up_hours > 0)", "Give up after one hour at the earliest."),
        ("keep_days_positive", "CHECK(keep_days > 0)", "Keep sent messages for one day at least."),
    ]

    @api.constrains("url")
    def _check_url(self):
        for endpoint in self:
            problem = endpoint._url_problem()
            if problem:
                raise ValidationError(problem)

    def _url_problem(self):
        try:
            parts = urlsplit(self.url)
            secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in OWN_HOSTS)
            # Reading the port raises when it is no number.
            readable = parts.hostname and parts.port != 0 and not re.search(r"[^!-~]", self.url)
        except ValueError:
            readable = False
        if not readable:
            return _("%s is not an address. Enter one like https://api.carrier.example/v1", self.url)
        if not secure:
            return _("%s is not encrypted. Enter an address that begins with https://", self.url)
        if parts.username or parts.query or parts.fragment:
            return _("Enter the address of %s without user, ? and #; a secret has its own field.", self.name)
        return None

    @api.constrains("auth", "auth_header", "secret")
    def _check_proof(self):
        for endpoint in self.sudo():
            if endpoint.auth != "none" and re.search(r"[^ -~]", endpoint.secret or ""):
                raise ValidationError(
                    _(
                        "The secret of %s holds characters that no header can carry."
                        " Enter it with letters, digits and signs of ASCII.",
                        endpoint.name,
                    )
                )
            if endpoint.auth == "header" and not re.fullmatch(r"[A-Za-z0-9-]+", endpoint.auth_header or ""):
                raise ValidationError(_("Enter the header of %s as letters, digits and hyphens.", endpoint.name))

    def _compute_new_secret(self):
        for endpoint in self:
            endpoint.new_secret = False
            endpoint.has_secret = bool(endpoint.sudo().secret)

    def _inverse_new_secret(self):
        for endpoint in self.filtered("new_secret"):
            endpoint.sudo().secret = endpoint.new_secret

    def _compute_counts(self):
        """As the rules on messages say, but also for whoever sees an endpoint and not what it sends."""
        own = [("company_id", "in", [False, *self.env.companies.ids]), ("state", "in", ["queued", "dead"])]
        groups = (
            self.env["retail.connector.message"]
            .sudo()
            .read_group(
                [("endpoint_id", "in", self.ids), *own],
                ["endpoint_id", "state"],
                ["endpoint_id", "state"],
                lazy=False,
            )
        )
        counts = {(group["endpoint_id"][0], group["state"]): group["__count"] for group in groups}
        for endpoint in self:
            endpoint.dead_count = counts.get((endpoint.id, "dead"), 0)
            endpoint.queued_count = counts.get((endpoint.id, "queued"), 0)

    @api.model_create_multi
    def create(self, vals_list):
        endpoints = super().create(vals_list)
        self._listeners.clear_cache(self)
        return endpoints

    def write(self, vals):
        held = self.filtered(lambda endpoint: not endpoint._is_open())
        written = super().write(vals)
        if LISTENING & vals.keys():
            self._listeners.clear_cache(self)
        held.filtered(lambda endpoint: endpoint._is_open())._send_what_waits()
        return written

    def unlink(self):
        self._listeners.clear_cache(self)
        return super().unlink()

    # What the buttons call.

    def action_pause(self):
        self._require_operator()
        self.sudo().write({"paused": True})

    def action_resume(self):
        self._require_operator()
        self.sudo().write({"paused": False})

    def action_resend_dead(self):
        """All that was given up, after the other side has been repaired."""
        dead = self.env["retail.connector.message"].search(
            [("endpoint_id", "in", self.ids), ("state", "=", "dead")]
        )
        if not dead:
            raise UserError(_("Nothing was given up here, so there is nothing to send again."))
        dead.action_resend()

    def action_open_messages(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("retail_connector.action_message")
        return {**action, "domain": [("endpoint_id", "=", self.id)], "context": {}}

    def _require_operator(self):
        self.check_access_rights("read")
        self.check_access_rule("read")
        if not (self.env.su or self.env.user.has_group(OPERATOR)):
            raise AccessError(_("Only members of the group Integrations may do this. Ask one of them."))

    # What other addons call.

    @api.model
    def _announce(self, event, document, payload):
        """Tell whoever listens for `event` of this document's company.

        `payload()` makes the data to be sent. It is not called when nobody listens: then the sale costs no more.
        """
        listeners = self._listening(event, document)
        if listeners:
            body = {"event": event, "data": payload()}
            # The content is part of the key: the same said twice is said once, and an order that is confirmed a
            # second time with other lines is said again.
            content = json.dumps(body, default=str, sort_keys=True)
            suffix = hashlib.sha256(content.encode()).hexdigest()[:12]
            listeners._tell(f"{event}/{document._name}/{document.id}/{suffix}", body, document)

    @api.model
    def _announce_once(self, event, document):
        """As `_announce`, for what happens to a document once, and is the same ever after.

        The document says the content when the message is sent (`_connector_content`), so that nobody who waits for
        the sale waits for that.
        """
        self._listening(event, document)._tell(f"{event}/{document._name}/{document.id}", None, document)

    def _listening(self, event, document):
        own = document.company_id if "company_id" in document._fields else None
        return self.sudo().browse(self._listeners(event, (own or self.env.company).id))

    def _tell(self, key, payload, document):
        for endpoint in self:
            self.env["retail.connector.message"]._queue(endpoint, key, payload, document=document)

    @api.model
    @tools.ormcache("event", "company_id")
    def _listeners(self, event, company_id):
        domain = [("event_ids.code", "=", event), ("company_id", "in", [False, company_id])]
        return tuple(self.sudo().search(domain).ids)

    # How it works.

    def _is_open(self):
        return self.active and not self.paused

    def _send_what_waits(self):
        waiting = [("endpoint_id", "in", self.ids), ("state", "=", "queued")]
        self.env["retail.connector.message"].sudo().search(waiting, order="id")._begin_anew(SPREAD)

    def _breaker_wait(self):
        """Seconds for which this endpoint is left alone; the more of its last calls failed, the longer."""
        self.ensure_one()
        attempts = self.env["retail.connector.attempt"].sudo()
        now = fields.Datetime.now()
        recent = [
            Tried(attempt.message_id.id, attempt.outcome, (now - attempt.ended_at).total_seconds())
            for attempt in attempts.search([("endpoint_id", "=", self.id)], limit=BREAKER_MEMORY)
        ]
        wait = breaker_wait(recent)
        return wait and wait + random.uniform(0, SPREAD)  # noqa: S311

    def _alarm(self):
        """One activity for whoever looks after it, however many messages are given up."""
        for endpoint in self:
            if endpoint.activity_search(["mail.mail_activity_data_warning"]):
                continue
            for person in endpoint._who_looks_after_it():
                endpoint.activity_schedule(
                    "mail.mail_activity_data_warning",
                    user_id=person.id,
                    summary=_("Messages were given up"),
                    note=_("Open what was given up, put it right, and send it again."),
                )

    def _who_looks_after_it(self):
        """The person that is named, or all who may put it right: the first of them might be away."""
        named = self.responsible_id.filtered("active")
        if named:
            return named
        operators = self.env.ref(OPERATOR).sudo().users.filtered(lambda user: user.active and not user.share)
        return operators.filtered(lambda user: not self.company_id or self.company_id in user.company_ids)

    def _alarm_over(self):
        for endpoint in self:
            dead = [("endpoint_id", "=", endpoint.id), ("state", "=", "dead")]
            if not self.env["retail.connector.message"].sudo().search(dead, limit=1):
                endpoint.activity_unlink(["mail.mail_activity_data_warning"])
