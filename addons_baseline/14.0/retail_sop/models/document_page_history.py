"""A version that is approved is asked for in the same transaction, and stays as it was asked for."""

from odoo import _, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError

# What people have read.
SAID = frozenset({"content", "page_id"})


class DocumentPageHistory(models.Model):
    _inherit = "document.page.history"

    def write(self, vals):
        if SAID & vals.keys() and not guard.is_open(self.env):
            self._refuse_if_asked_for()
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
