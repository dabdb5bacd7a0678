"""A document that counts only after a second person has approved it."""

import hashlib
import json

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from .. import guard


class ApprovalMixin(models.AbstractModel):
    """Life: draft → pending → approved or rejected; whoever changes it begins again.

    A model says in `_approval_plan` who has to agree, in `_approval_problems` what is still missing, in
    `_approval_content` what exactly is approved, and in `_approval_granted` what happens then. It calls
    `_approval_require` wherever the document takes effect.
    """

    _name = "retail.approval.mixin"
    _inherit = "retail.guard.mixin"
    _description = "Approval by a second person"

    approval_state = fields.Selection(
        [
            ("draft", "Draft"),
            ("pending", "Waiting for approval"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
        ],
        "Approval",
        default="draft",
        required=True,
        readonly=True,
        index=True,
        copy=False,
    )
    approval_request_ids = fields.One2many(
        "retail.approval.request",
        "res_id",
        "Approval requests",
        domain=lambda self: [("res_model", "=", self._name)],
        auto_join=True,
        readonly=True,
        copy=False,
        # Vendors and customers read some documents, and may not read requests.
        groups="base.group_user",
    )
    approval_can_decide = fields.Boolean("Waits for me", compute="_compute_approval_can_decide")

    # What a model says of itself.

    def _approval_plan(self):
        """Groups of which one member each has to agree, as res.groups; `group + group` asks for two people.

        Empty: nobody has to, and the document is approved at once; `_approval_within_limits` says why.
        """
        raise NotImplementedError

    def _approval_within_limits(self):
        """Why no person has to decide about this document: the rule, as one sentence."""
        return _("Within the limits that need no approval")

    def _approval_problems(self):
        """Sentences, each saying what is missing and what to do; empty: it may be submitted."""
        return []

    def _approval_content(self):
        """What is approved, as data that JSON can hold, its lines included.

        None: not compared; then the model reopens itself on every change that matters.
        """
        raise NotImplementedError

    def _approval_involved(self):
        """Users who took part in the document besides the requester, and so may not approve it."""
        return self.env["res.users"]

    def _approval_granted(self):
        """Runs once when the document is approved, as superuser on behalf of the last who agreed."""

    def _approval_refused(self):
        """Runs once when the document is rejected, likewise."""

    # What the buttons call.

    def action_approval_submit(self):
        for document in self:
            document.check_access_rights("write")
            document.check_access_rule("write")
            if document.approval_state not in ("draft", "rejected"):
                raise UserError(
                    _(
                        "%s has been submitted already. Wait for the approval, or withdraw it to change it.",
                        document.display_name,
                    )
                )
            problems = document._approval_problems()
            if problems:
                title = _("%s cannot be submitted yet:", document.display_name)
                raise UserError("\n".join([title, *("- " + problem for problem in problems)]))
            document._approval_submit()

    def action_approval_approve(self):
        for document in self:
            document._approval_open_request()._decide("approved", "")

    def action_approval_ask_why_not(self):
        requests = self.env["retail.approval.request"].union(
            *(document._approval_open_request() for document in self)
        )
        return requests.action_ask_why_not()

    def action_approval_withdraw(self):
        for document in self:
            document.check_access_rights("write")
            document.check_access_rule("write")
            document._approval_open_request()
            document._approval_reopen(_("Withdrawn by %s", self.env.user.name))

    # What the model itself calls.

    def _approval_require(self):
        """Raise UserError, saying what to do, unless every document is approved as it stands now."""
        for document in self:
            if document.approval_state != "approved":
                raise UserError(_("%s is not approved. Submit it, and have it approved.", document.display_name))
            digest = document._approval_digest()
            # Without content nothing is compared, and no request is looked for: this runs for each line of a sale.
            request = document._approval_last_request() if digest else None
            if request and request.state == "approved" and request.digest != digest:
                raise UserError(_("%s was changed after it was approved. Submit it again.", document.display_name))

    def _approval_reopen(self, why):
        """Back to draft: what was asked for or approved is not what stands there now."""
        for document in self.filtered(lambda each: each.approval_state != "draft"):
            request = document._approval_last_request()
            if request.state == "pending":
                request._settle("withdrawn", why)
            else:
                guard.passing(document.sudo()).write({"approval_state": "draft"})
                document._approval_announce(why)

    @api.model
    def _approval_grandfather(self, domain=()):
        """Approve what was there before the rule and fits the domain, without a request; the number of documents.

        For post_init_hook: a live shop must not stop selling because an addon arrives.
        """
        self.flush()
        query = self.with_context(active_test=False)._where_calc([("approval_state", "=", "draft"), *domain])
        tables, condition, values = query.get_sql()
        self.env.cr.execute(
            # Names and condition are the ORM's own.
            f'UPDATE "{self._table}" SET approval_state = %s'  # noqa: S608
            f' WHERE id IN (SELECT "{self._table}".id FROM {tables} WHERE {condition})',
            ["approved", *values],
        )
        found = self.env.cr.rowcount
        self.invalidate_cache()
        return found

    def unlink(self):
        self.filtered(lambda document: document.approval_state == "pending")._approval_reopen(
            _("Deleted by %s", self.env.user.name)
        )
        return super().unlink()

    # How it works.

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"approval_state"}

    def _approval_submit(self):
        self.ensure_one()
        groups = self._approval_plan()
        request = self._approval_new_request(groups)
        guard.passing(self.sudo()).write({"approval_state": "pending"})
        if groups:
            self._approval_announce(_("Submitted. Waits for: %s", ", ".join(groups.sudo().mapped("display_name"))))
        else:
            request._settle("approved", self._approval_within_limits())

    def _approval_new_request(self, groups):
        company = self.company_id if "company_id" in self._fields else self.env["res.company"]
        requests = guard.passing(self.env["retail.approval.request"].sudo())
        request = requests.create(
            {
                "res_model": self._name,
                "res_id": self.id,
                "document_name": self.display_name,
                "company_id": company.id,
                "requester_id": self.env.uid,
                "requested_at": fields.Datetime.now(),
                "digest": self._approval_digest(),
                "step_ids": [
                    (0, 0, {"group_id": group.id, "sequence": place}) for place, group in enumerate(groups, 1)
                ],
            }
        )
        self.invalidate_cache(["approval_request_ids"])
        return self.env["retail.approval.request"].browse(request.id)

    def _approval_settled(self, request, note):
        """The request has ended: follow it."""
        document = self.sudo()
        state = {"withdrawn": "draft"}.get(request.state, request.state)
        guard.passing(document).write({"approval_state": state})
        label = dict(request._fields["state"]._description_selection(self.env))[request.state]
        self._approval_announce(f"{label}: {note}" if note else label)
        if state == "approved":
            document._approval_granted()
        elif state == "rejected":
            document._approval_refused()

    def _approval_announce(self, text):
        """Into the document's own history, if it has one, where followers see it."""
        if hasattr(self, "message_post"):
            self.sudo().message_post(body=text, author_id=self.env.user.partner_id.id)

    def _approval_digest(self):
        """Fingerprint of the content; False without one."""
        content = self.sudo()._approval_content()
        if content is None:
            return False
        text = json.dumps(content, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def _approval_last_request(self):
        self.ensure_one()
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        last = self.env["retail.approval.request"].sudo().search(domain, limit=1)
        return last.with_env(self.env)

    def _approval_open_request(self):
        """Raises UserError when the document waits for nobody."""
        request = self._approval_last_request()
        if request.state != "pending":
            raise UserError(_("%s does not wait for an approval. Submit it first.", self.display_name))
        return request

    @api.depends("approval_state")
    @api.depends_context("uid")
    def _compute_approval_can_decide(self):
        for document in self:
            waiting = document.approval_state == "pending"
            document.approval_can_decide = waiting and document._approval_last_request().can_decide
