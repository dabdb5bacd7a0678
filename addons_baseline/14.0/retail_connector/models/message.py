"""What is to be said to an endpoint, from the sale's own transaction until it has been said."""

import json
import re
from uuid import uuid4

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.addons.retail_base.forms import form_of
from odoo.exceptions import UserError, ValidationError

from ..outcome import REFUSED, UNUSABLE
from .attempt import OUTCOMES

# What a person may put right, and only after the message was given up.
EDITABLE = frozenset({"method", "path", "payload"})
# What is written by queueing and delivery alone.
OWN = frozenset(
    {
        "endpoint_id", "company_id", "key", "revision", "document_name", "res_model", "res_id", "state", "tries",
        "next_try_at", "give_up_at", "outcome", "doubtful", "status", "answer", "detail", "settled_at", "job_uuid",
    }
)  # fmt: skip
KEY = re.compile(r"[!-~]+")
PATH = re.compile(r"(/[!-~]*)?")


class Message(models.Model):
    """Life: queued → sent, or dead → queued again by a person, or cancelled by one.

    The message counts its tries and plans the next one by itself; a job of queue_job is only what makes it try. So
    what is known about a call is committed together with what follows from it.
    """

    _name = "retail.connector.message"
    _inherit = ["retail.guard.mixin", "mail.thread"]
    _description = "Outbound message"
    _order = "id desc"
    _rec_name = "key"

    endpoint_id = fields.Many2one("retail.connector.endpoint", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    key = fields.Char("Call", required=True, readonly=True)
    revision = fields.Integer(readonly=True, help="How often its content was put right by hand.")
    document_name = fields.Char("Document", readonly=True)
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference("Document number", model_field="res_model", readonly=True)
    method = fields.Selection(
        [("POST", "POST"), ("PUT", "PUT"), ("DELETE", "DELETE")], required=True, default="POST", tracking=True
    )
    path = fields.Char(tracking=True, help="Added to the address of the endpoint.")
    payload = fields.Text(
        "Content", default="{}", tracking=True, help="Empty until it is tried: then the document says it."
    )
    state = fields.Selection(
        [("queued", "Waiting"), ("sent", "Sent"), ("dead", "Given up"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        default="queued",
    )
    tries = fields.Integer(readonly=True)
    next_try_at = fields.Datetime("Next try", readonly=True)
    give_up_at = fields.Datetime("Given up after", readonly=True)
    outcome = fields.Selection(OUTCOMES, "Last outcome", readonly=True)
    doubtful = fields.Boolean(
        "May have arrived",
        readonly=True,
        help="A call was sent and not answered, so it may have been carried out.",
    )
    status = fields.Integer("HTTP status", readonly=True)
    answer = fields.Text(readonly=True)
    detail = fields.Char(readonly=True)
    advice = fields.Char(compute="_compute_advice")
    settled_at = fields.Datetime("Ended on", readonly=True)
    job_uuid = fields.Char("Job", readonly=True)
    attempt_ids = fields.One2many("retail.connector.attempt", "message_id", "Calls", readonly=True)

    _sql_constraints = [("key_unique", "unique(endpoint_id, key)", "This call is queued already.")]

    def init(self):
        # What waits and what was given up are few; what was sent is nearly everything.
        self.env.cr.execute(
            """CREATE INDEX IF NOT EXISTS retail_connector_message_open
               ON retail_connector_message (endpoint_id, state, id) WHERE state IN ('queued', 'dead')"""
        )
        self.env.cr.execute(
            """CREATE INDEX IF NOT EXISTS retail_connector_message_document
               ON retail_connector_message (res_id, res_model)"""
        )

    @api.depends("state", "outcome", "detail", "doubtful", "payload")
    @api.depends_context("lang")
    def _compute_advice(self):
        for message in self:
            message.advice = message._advice()

    def _advice(self):
        """What happened and what to do, as one or two sentences; False when there is nothing to do."""
        if self.state in ("sent", "cancelled") or not self.outcome:
            return False
        words = {"name": self.endpoint_id.name, "why": self.detail or ""}
        if self.state == "queued":
            return _("%(name)s was not told yet (%(why)s). It is tried again by itself.", **words)
        if not self.payload:
            return _("%(name)s was not told, as there is nothing to say (%(why)s). Cancel this.", **words)
        if self.doubtful:
            return _(
                "%(name)s may have received this (%(why)s). Look there first, and send it again if not.", **words
            )
        if self.outcome == REFUSED:
            return _("%(name)s refused this (%(why)s). Put the content right, and send it again.", **words)
        if self.outcome == UNUSABLE:
            return _("%(name)s answered what cannot be used (%(why)s). Ask them, and send it again.", **words)
        return _("%(name)s did not take this (%(why)s). When it works again, send it again.", **words)

    @api.constrains("payload", "path")
    def _check_content(self):
        for message in self:
            try:
                json.loads(message.payload or "")
            except ValueError as error:
                raise ValidationError(
                    _("The content of %(key)s is not JSON: %(why)s.", key=message.key, why=error)
                ) from error
            if not PATH.fullmatch(message.path or ""):
                raise ValidationError(
                    _("Let the path of %s begin with / and leave out spaces and accents.", message.key)
                )

    # What is guarded.

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | OWN

    def write(self, vals):
        changed = self.browse()
        if EDITABLE & vals.keys() and not guard.is_open(self.env):
            changed = self.filtered(
                lambda message: any(message._would_change(name, vals[name]) for name in EDITABLE & vals.keys())
            )
            for message in changed:
                message._require_editable()
        written = super().write(vals)
        for message in changed:
            # Another content is another call: under the old key the other side would take it for the old one.
            message._passing().write({"revision": message.revision + 1})
        return written

    def _require_editable(self):
        """Raises UserError where a person may not put the content right."""
        if self.state != "dead":
            raise UserError(_("%s was not given up. Only what was given up can be put right.", self.key))

    def unlink(self):
        if not guard.is_open(self.env):
            raise UserError(
                _("Messages are not deleted: cancel them. What was sent goes by itself after a while.")
            )
        return super().unlink()

    # What other addons call.

    @api.model
    def _queue(self, endpoint, key, payload, *, document=None, method="POST", path=""):
        """Queue a call, and send nothing: it is committed, or rolled back, together with the sale it belongs to.

        `key` says what is asked for: the same key at the same endpoint is the same call, and is made once.
        `payload` is whatever JSON can hold; None leaves it to the document, which says it in `_connector_content`
        when the call is tried for the first time. Raises ValueError when a key comes back with another content, or
        when no header can carry it.
        """
        if not KEY.fullmatch(key):
            raise ValueError(f"{key!r} cannot be a key: use letters, digits and signs of ASCII, without spaces")
        text = None if payload is None else json.dumps(payload, default=str, sort_keys=True)
        message = self._insert(endpoint, key, document, {"method": method, "path": path, "payload": text})
        if message:
            message._first_job()
            return message
        known = self.sudo().search([("endpoint_id", "=", endpoint.id), ("key", "=", key)])
        # Once it was put right by hand, the content is a person's.
        if text is not None and not known.revision and known.payload != text:
            raise ValueError(f"{key} is queued for {endpoint.sudo().code} with another content")
        return known

    def _insert(self, endpoint, key, document, content):
        """A new message, or none when there is one with this key. One statement, because tills wait for it.

        Two that queue the same at once: ON CONFLICT makes the second wait, and then fail to serialize, which Odoo
        answers by doing the whole request again. A violated constraint would go to the shop assistant instead.
        """
        of_company = document if document and "company_id" in document._fields else None
        values = {
            **content,
            "endpoint": endpoint.id,
            "key": key,
            # An endpoint of one company may be told of documents that belong to none.
            "of_document": of_company is not None,
            "company": of_company.company_id.id or None if of_company is not None else None,
            "document_name": document.display_name if document else None,
            "res_model": document._name if document else None,
            "res_id": document.id if document else None,
            "job": str(uuid4()),
            "user": self.env.uid,
            "now": fields.Datetime.now(),
        }
        endpoint.sudo().flush(["give_up_hours", "company_id"])
        self.env.cr.execute(
            """INSERT INTO retail_connector_message
                 (endpoint_id, company_id, key, method, path, payload, document_name, res_model, res_id, job_uuid,
                  state, tries, next_try_at, give_up_at, create_uid, create_date, write_uid, write_date)
               SELECT id, CASE WHEN %(of_document)s THEN %(company)s ELSE company_id END, %(key)s, %(method)s,
                      %(path)s, %(payload)s, %(document_name)s, %(res_model)s, %(res_id)s, %(job)s, 'queued', 0,
                      %(now)s, %(now)s::timestamp + make_interval(hours => give_up_hours),
                      %(user)s, %(now)s, %(user)s, %(now)s
               FROM retail_connector_endpoint WHERE id = %(endpoint)s
               ON CONFLICT (endpoint_id, key) DO NOTHING
               RETURNING id""",
            values,
        )
        message = self.sudo().browse([row[0] for row in self.env.cr.fetchall()])
        if message:
            message._update_cache({"job_uuid": values["job"], "key": key}, validate=False)
        return message

    def _give_way(self):
        """Not to be sent any more: whatever it was for is not wanted, as the user says."""
        for message in self:
            message._passing().write({"state": "cancelled", "settled_at": fields.Datetime.now()})
            message._remark(_("Cancelled by %s", self.env.user.name))
        self.sudo().endpoint_id._alarm_over()

    # What the buttons call.

    def action_resend(self):
        self.endpoint_id._require_operator()
        self.check_access_rule("write")
        for message in self:
            if message.state != "dead":
                raise UserError(_("%s was not given up, so there is nothing to send again.", message.key))
        self.sudo()._begin_anew()
        for message in self:
            message._remark(_("Sent again by %s", self.env.user.name))
        self.sudo().endpoint_id._alarm_over()

    def action_cancel(self):
        self.endpoint_id._require_operator()
        self.check_access_rule("write")
        for message in self:
            if message.state not in ("queued", "dead"):
                raise UserError(
                    _(
                        "%s has ended already and cannot be cancelled."
                        " What it asked for is taken back on the other side.",
                        message.key,
                    )
                )
        self._give_way()

    def action_open_document(self):
        self.ensure_one()
        if not self.res_model:
            raise UserError(_("%s belongs to no document.", self.key))
        return form_of(self.res_model, self.res_id)

    def _passing(self):
        return guard.passing(self.sudo())

    def _remark(self, text):
        self.sudo().message_post(body=text, author_id=self.env.user.partner_id.id)
