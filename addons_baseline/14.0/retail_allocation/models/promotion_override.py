"""Why a promotion starts although stock is missing, and who agreed to that."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.addons.retail_base.forms import form_of
from odoo.exceptions import UserError, ValidationError

# What was asked for, and stays as it was once somebody decides about it.
ASKED = frozenset({"res_model", "res_id", "promotion_name", "company_id", "reason"})


class PromotionOverride(models.Model):
    """Used once: a promotion that was changed or stopped afterwards needs stock, or another one of these."""

    _name = "retail.promotion.override"
    _inherit = ["mail.thread", "retail.approval.mixin"]
    _description = "Start of a promotion without stock"
    _rec_name = "promotion_name"
    _order = "id desc"

    res_model = fields.Char("Model", required=True, index=True)
    res_id = fields.Many2oneReference("Promotion number", model_field="res_model", required=True, index=True)
    promotion_name = fields.Char("Promotion", compute="_compute_promotion", store=True)
    company_id = fields.Many2one("res.company", compute="_compute_promotion", store=True, index=True)
    missing = fields.Text("Missing stock", compute="_compute_missing")
    reason = fields.Char(
        required=True, tracking=True, help="Why the promotion has to start although stock is missing."
    )

    @api.depends("res_model", "res_id")
    def _compute_promotion(self):
        for override in self:
            promotion = override._promotion()
            override.promotion_name = promotion.display_name if promotion else False
            override.company_id = promotion.company_id if promotion else False

    @api.depends("res_model", "res_id")
    @api.depends_context("uid")
    def _compute_missing(self):
        for override in self:
            promotion = override.sudo()._promotion()
            override.missing = promotion.promotion_missing if promotion else False

    @api.constrains("res_model", "res_id", "company_id")
    def _check_promotion(self):
        """Whoever may change a promotion asks for its start, and somebody of its company decides."""
        for override in self:
            promotion = override._promotion()
            if not promotion or override.company_id != promotion.company_id:
                raise ValidationError(_("Open the promotion, and press Start regardless."))
            promotion.check_access_rights("write")
            promotion.check_access_rule("write")

    def write(self, vals):
        if not guard.is_open(self.env):
            for override in self.filtered(lambda each: each.approval_state in ("pending", "approved")):
                override._refuse_changes(vals)
        return super().write(vals)

    def action_open_promotion(self):
        self.ensure_one()
        return form_of(self.res_model, self.res_id)

    def _refuse_changes(self, vals):
        if any(self._would_change(name, vals[name]) for name in ASKED & vals.keys()):
            raise UserError(
                _(
                    "%s was submitted as it is. Withdraw it and change it, or ask anew if it was approved.",
                    self.display_name,
                )
            )

    def _promotion(self):
        """The promotion; nothing when it is gone, or is none."""
        self.ensure_one()
        nothing = self.env["retail.promotion.mixin"]
        model = self.env.get(self.res_model, nothing)
        if model._abstract or not isinstance(model, type(nothing)):
            return nothing
        return model.browse(self.res_id).exists()

    # The approval.

    def _approval_plan(self):
        return self.env.ref("retail_allocation.group_promotion_approver")

    def _approval_problems(self):
        problems = super()._approval_problems()
        promotion = self._promotion()
        promotion._promotion_require_active()
        if promotion.promotion_running:
            problems.append(_("It has started already."))
        elif not promotion._promotion_gaps():
            problems.append(_("Nothing is missing. Start it."))
        if not (self.reason or "").strip():
            problems.append(_("Say why it has to start although stock is missing."))
        return problems

    def _approval_content(self):
        return [self.res_model, self.res_id, self._promotion()._promotion_fingerprint(), self.reason]

    def _approval_involved(self):
        return self.create_uid | self._promotion().create_uid

    def _approval_granted(self):
        result = super()._approval_granted()
        self._promotion()._promotion_begin_regardless(self.reason)
        return result
