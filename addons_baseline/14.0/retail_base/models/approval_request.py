"""One request for approval of one document, and every decision about it: who, when, why."""

from odoo import SUPERUSER_ID, _, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.osv import expression

from .. import guard
from ..forms import form_of

BREAK_GLASS = "retail_base.group_break_glass"


class ApprovalRequest(models.Model):
    _name = "retail.approval.request"
    _inherit = "retail.sealed.mixin"
    _description = "Approval request"
    _order = "id desc"
    _rec_name = "document_name"

    res_model = fields.Char("Model", required=True, index=True)
    res_id = fields.Many2oneReference("Document number", model_field="res_model", required=True, index=True)
    document_name = fields.Char("Document", required=True)
    document_kind = fields.Char("Kind", compute="_compute_document_kind")
    company_id = fields.Many2one("res.company", index=True, ondelete="restrict")
    requester_id = fields.Many2one("res.users", "Submitted by", required=True, index=True, ondelete="restrict")
    requested_at = fields.Datetime("Submitted on", required=True)
    digest = fields.Char(
        "Fingerprint", help="Fingerprint of what was asked for; empty: the document has nothing to compare."
    )
    state = fields.Selection(
        [
            ("pending", "Waiting"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        default="pending",
        index=True,
    )
    note = fields.Char("Reason", help="Why no person had to decide, or why it was withdrawn.")
    step_ids = fields.One2many("retail.approval.step", "request_id", "Decisions")
    can_decide = fields.Boolean("Waits for me", compute="_compute_can_decide", search="_search_can_decide")

    @api.depends("res_model")
    def _compute_document_kind(self):
        for request in self:
            known = request.res_model in self.env
            request.document_kind = self.env[request.res_model]._description if known else request.res_model

    @api.depends("state", "step_ids.state")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for request in self:
            request.can_decide = bool(request._step_for(self.env.user))

    @api.model
    def _search_can_decide(self, operator, value):
        """As far as the database can say it: who took part in the document itself is asked when it is decided."""
        wanted = bool(value) == (operator == "=")
        mine = expression.normalize_domain(self._domain_for(self.env.user))
        return mine if wanted else ["!", *mine]

    @api.model
    def _domain_for(self, user):
        """Open requests with a step for one of this user's groups, which others began and decided so far."""
        if user.id == SUPERUSER_ID:
            return expression.FALSE_DOMAIN
        steps = self.env["retail.approval.step"].sudo()
        for_user = steps._search([("state", "=", "pending"), ("group_id", "in", user.groups_id.ids)])
        domain = [
            ("state", "=", "pending"),
            ("step_ids", "in", for_user),
            ("company_id", "in", [False, *user.company_ids.ids]),
        ]
        if user.has_group(BREAK_GLASS):
            return domain
        taken = steps._search([("user_id", "=", user.id), ("request_id.state", "=", "pending")])
        return [*domain, ("requester_id", "!=", user.id), ("step_ids", "not in", taken)]

    def action_open_document(self):
        self.ensure_one()
        return form_of(self.res_model, self.res_id)

    def action_approve(self):
        for request in self:
            request._decide("approved", "")

    def action_ask_why_not(self):
        """The wizard that asks for the reason of a rejection."""
        return {
            "type": "ir.actions.act_window",
            "name": _("Reject"),
            "res_model": "retail.approval.rejection",
            "view_mode": "form",
            "target": "new",
            "context": {"default_request_ids": [(6, 0, self.ids)]},
        }

    def _decide(self, verdict, note):
        """Record one person's decision ('approved' or 'rejected'); the last one that is needed settles it.

        Raises UserError or AccessError with a sentence for whoever tried.
        """
        self.ensure_one()
        self._lock()
        document = self._document()
        step = self._step_to_decide()
        if verdict == "approved" and self.digest != document._approval_digest():
            raise UserError(
                _(
                    "%s was changed after it was submitted. Withdraw the request and submit it again.",
                    self.document_name,
                )
            )
        step._record(verdict, note, alone=self.env.user in self._excluded())
        if verdict == "rejected":
            self._settle("rejected", note)
        elif all(each.state == "approved" for each in self.sudo().step_ids):
            self._settle("approved", note)

    def _settle(self, state, note=""):
        """End the request, and let the document follow."""
        request = guard.passing(self.sudo())
        request.step_ids.filtered(lambda step: step.state == "pending").write({"state": "void"})
        request.write({"state": state, "note": note or False})
        self._document()._approval_settled(self, note)

    def _lock(self):
        """Two people who decide at once: the second waits, and fails with a conflict that Odoo tries again."""
        self.flush()
        self.env.cr.execute("SELECT id FROM retail_approval_request WHERE id = %s FOR UPDATE", (self.id,))
        self.invalidate_cache()
        if self.state != "pending":
            label = dict(self._fields["state"]._description_selection(self.env))[self.state]
            raise UserError(_("This request is not open any more: %s.", label))

    def _document(self):
        """The document, as whoever decides may read it."""
        document = self.env[self.res_model].browse(self.res_id).exists()
        if not document:
            raise UserError(_("%s does not exist any more, so there is nothing to decide.", self.document_name))
        document.check_access_rights("read")
        document.check_access_rule("read")
        return document

    def _step_to_decide(self):
        """The step that this person may decide. Raises AccessError, saying who may."""
        user = self.env.user
        if user.id == SUPERUSER_ID:
            raise AccessError(_("An approval is a person's decision. A program cannot take it."))
        step = self._step_for(user)
        if step:
            return step
        groups = self.sudo().step_ids.filtered(lambda each: each.state == "pending").mapped("group_id")
        name, whom = self.document_name, ", ".join(groups.mapped("display_name"))
        if user in self._excluded():
            raise AccessError(
                _(
                    "%(document)s needs a second person: you took part in it. Ask somebody of: %(groups)s.",
                    document=name,
                    groups=whom,
                )
            )
        raise AccessError(
            _("You may not decide about %(document)s. Ask somebody of: %(groups)s.", document=name, groups=whom)
        )

    def _step_for(self, user):
        """The first open step that this user may decide; an empty record when there is none."""
        self.ensure_one()
        steps = self.sudo().step_ids
        mine = steps.filtered(lambda step: step.state == "pending" and step.group_id in user.groups_id)
        if self.state != "pending" or not mine or user.id == SUPERUSER_ID:
            return steps.browse()
        if self.company_id and self.company_id not in user.company_ids:
            return steps.browse()
        if user in self._excluded() and not user.has_group(BREAK_GLASS):
            return steps.browse()
        return mine[0].with_env(self.env)

    def _excluded(self):
        """Users who took part already: in the document, or in another step of this request."""
        request = self.sudo()
        document = self.env[request.res_model].sudo().browse(request.res_id).exists()
        involved = document._approval_involved() if document else self.env["res.users"]
        return request.requester_id | request.step_ids.mapped("user_id") | involved
