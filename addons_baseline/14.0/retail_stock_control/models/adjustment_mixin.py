"""What a count and a scrap have in common: differences that need reasons, and approval above limits."""

from odoo import _, api, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError


class AdjustmentMixin(models.AbstractModel):
    _name = "retail.adjustment.mixin"
    _inherit = "retail.approval.mixin"
    _description = "Stock difference to be approved"

    def _differences(self):
        """List of Difference: what posting this document changes in our stock."""
        raise NotImplementedError

    def _approval_plan(self):
        differences = self.sudo()._differences()
        by_reason = self.env["res.groups"].union(*(each.reason.group_id for each in differences))
        return by_reason | self.env["retail.adjustment.limit"]._groups_for(differences)

    def _approval_within_limits(self):
        return _("The differences are within the limits of this store.")

    def _approval_problems(self):
        problems = super()._approval_problems()
        differences = self.sudo()._differences()
        without = [each.product for each in differences if not each.reason]
        if without:
            problems.append(_("Give a reason for %s.", self._some_names(without)))
        silent = [each.product for each in differences if each.reason.needs_note and not (each.note or "").strip()]
        if silent:
            problems.append(_("Say in a note what happened to %s.", self._some_names(silent)))
        return problems

    @api.model
    def _some_names(self, products):
        names = [product.display_name for product in products]
        return ", ".join(names[:5]) + (", …" if len(names) > 5 else "")

    @api.constrains("state")
    def _check_done_is_approved(self):
        if guard.is_open(self.env):
            return
        for document in self:
            if document.state == "done" and document.approval_state != "approved":
                raise UserError(_("%s is not approved. Submit it, and have it approved.", document.display_name))
