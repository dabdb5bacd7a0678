"""Why a product is not in the till: what store staff ask first, answered with what to do."""

from odoo import _, fields, models


class TillReason(models.AbstractModel):
    """Part of product.template."""

    _name = "retail.till.reason"
    _description = "Why a product is not in the till"

    till_reason = fields.Char("Why it is not in the till", compute="_compute_till_reason")

    def _compute_till_reason(self):
        for product in self:
            product.till_reason = product._till_reason()

    def _till_reason(self):
        """One sentence; empty when every till has it."""
        self.ensure_one()
        if not self.active:
            return _("It is archived. Unarchive it.")
        reason = self._till_reason_of_approval() if self.approval_needed else ""
        return reason or self._till_reason_of_flags()

    def _till_reason_of_approval(self):
        if self.approval_state == "pending":
            return _("It waits for an approval by: %s.", self._till_waits_for(self._approval_last_request()))
        if self.approval_state == "rejected":
            notes = self._approval_last_request().sudo().step_ids.mapped("note")
            return _("It was rejected: %s. Correct it, and submit it again.", ", ".join(filter(None, notes)))
        if self.approval_state == "draft":
            return self._till_reason_of_draft()
        return "" if self.allow_pos else self._till_reason_of_channel()

    def _till_reason_of_draft(self):
        if self.approval_ended_at:
            when = fields.Datetime.context_timestamp(self, self.approval_ended_at).date()
            return _("It was taken out of sale on %s. Submit it again.", fields.Date.to_string(when))
        missing = self._missing(blocking=True)
        if missing:
            return _("It has not been submitted yet: %s", missing[0])
        return _("It has not been submitted yet. Submit it.")

    def _till_reason_of_channel(self):
        change = self.open_change_id.sudo()
        if "allow_pos" not in change.line_ids.mapped("name"):
            return _("It is not approved for the till. Tick To be in the till, and have it approved.")
        if change.approval_state == "pending":
            return _("It waits for an approval by: %s.", self._till_waits_for(change._approval_last_request()))
        return _("Its change has not been submitted. Submit it.")

    def _till_waits_for(self, request):
        open_steps = request.sudo().step_ids.filtered(lambda step: step.state == "pending")
        return ", ".join(open_steps.mapped("group_id.display_name"))

    def _till_reason_of_flags(self):
        if not self.sale_ok:
            return _("It is not sold. Tick Can be Sold.")
        if not self.available_in_pos:
            return _("It was taken out of the till by hand. Tick Available in POS.")
        tills = self.env["pos.config"].search([("limit_categories", "=", True)])
        without = tills.filtered(
            lambda till: till.iface_available_categ_ids and self.pos_categ_id not in till.iface_available_categ_ids
        )
        if without:
            return _("These tills show other categories only: %s.", ", ".join(without.mapped("display_name")))
        return ""
