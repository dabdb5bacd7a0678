"""A product's return policy says until when it may come back, and whether at all."""

from odoo import _, models


class RetailReturnLine(models.Model):
    _inherit = "retail.return.line"

    def _product_policy(self):
        """The policy that counts for this line; an empty record when none does."""
        if self.reason_id.beyond_policy:
            return self.env["retail.return.policy"]
        return self.product_id.product_tmpl_id.sudo()._return_policy()

    def _excluded_by(self):
        """The policy by which the product does not come back at all, or an empty record."""
        return self._product_policy().filtered(lambda policy: not policy.returnable)

    def _days_to_return(self):
        policy = self._product_policy()
        return policy.days if policy.returnable else super()._days_to_return()

    def _unusual(self):
        found, excluded = super()._unusual(), self._excluded_by()
        if excluded:
            name = self.product_id.display_name
            found.append(_("%(product)s is not taken back: %(policy)s.", product=name, policy=excluded.name))
            if self.note:
                found.append(self.note)
        return found

    def _problems(self):
        problems = super()._problems()
        if self._excluded_by() and not (self.note or "").strip():
            name = self.product_id.display_name
            problems.append(_("%s is not taken back. Say in a note why it is, this time.", name))
        return problems
