"""A version is approved by a second person, asked for in the same transaction, and stays as it was asked for."""

from odoo import SUPERUSER_ID, _, api, models
from odoo.addons.retail_base import guard
from odoo.addons.retail_base.models.approval_request import BREAK_GLASS
from odoo.exceptions import AccessError, UserError

# What people have read.
SAID = frozenset({"content", "page_id"})


class DocumentPageHistory(models.Model):
    _inherit = "document.page.history"

    @api.model_create_multi
    def create(self, vals_list):
        versions = super().create(vals_list)
        versions.filtered(lambda each: each.state == "approved")._require_second_person()
        return versions

    def write(self, vals):
        if SAID & vals.keys() and not guard.is_open(self.env):
            self._refuse_if_asked_for()
            self._refuse_if_not_a_draft_of_mine()
        if vals.get("state") == "approved":
            self.filtered(lambda each: each.state != "approved")._require_second_person()
        result = super().write(vals)
        if "state" in vals:
            self.env["retail.sop"].sudo().search([("page_id", "in", self.page_id.ids)])._ask()
        return result

    def _refuse_if_asked_for(self):
        asked = self.env["retail.sop.reading"].sudo().search([("version_id", "in", self.ids)], limit=1)
        if asked:
            raise UserError(
                _(
                    "People have been asked to read %s as it is. Change the page, which makes a new version.",
                    asked.name,
                )
            )

    def _refuse_if_not_a_draft_of_mine(self):
        """Where a page needs an approval: or else whoever approves had changed it, or had seen something else."""
        for version in self.sudo().filtered("page_id.is_approval_required"):
            if version.create_uid != self.env.user or version.state not in ("draft", "cancelled"):
                raise UserError(
                    _(
                        "This version of %s stays as it is. Change the page, which makes a new one.",
                        version.page_id.name,
                    )
                )

    def _require_second_person(self):
        """Raise AccessError, saying whom to ask, where the current user may not approve this version."""
        if guard.is_open(self.env):
            return
        user = self.env.user
        for version in self.sudo().filtered("page_id.is_approval_required"):
            page = version.page_id
            if user.id == SUPERUSER_ID:
                raise AccessError(_("An approval is a person's decision. A program cannot take it."))
            if version.create_uid == user and not user.has_group(BREAK_GLASS):
                raise AccessError(
                    _("%s needs a second person: the change is your own. Ask another approver.", page.name)
                )
            if not page.can_user_approve_this_page(user):
                whom = ", ".join(page.approver_group_ids.mapped("display_name")) or _("Knowledge / Approver")
                raise AccessError(
                    _("You may not approve %(page)s. Ask somebody of: %(groups)s.", page=page.name, groups=whom)
                )
