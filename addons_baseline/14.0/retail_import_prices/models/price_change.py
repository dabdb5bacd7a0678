"""Price changes that an import makes: approved with it, or not made at all."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.addons.retail_import.approving import NotApprovable
from odoo.addons.retail_import.rows import Refused


class PriceChange(models.Model):
    _inherit = "retail.price.change"

    imported = fields.Boolean("By an import", readonly=True, copy=False)
    import_id = fields.Many2one("retail.import.run", readonly=True, copy=False, index=True, ondelete="restrict")

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"imported", "import_id"}

    @api.model
    def _of_import(self, approvals, values):
        """The change with these lines or rules, decided about by the import's approval.

        While checking it stays a draft. Afterwards it is in force when this returns. Raises Refused, or what
        approving raises, so that whoever asked finds out which line it is.
        """
        change = self._begun_by_import(approvals, values)
        change._capture()
        try:
            approvals.grant(change)
        except NotApprovable as lacking:
            raise Refused(*(sentence for found in lacking.problems.values() for sentence in found)) from lacking
        if not approvals.checking:
            change._require_all_applied()
        return change

    @api.model
    def _begun_by_import(self, approvals, values):
        """As superuser, because whoever imports need not belong to those who propose prices by hand.

        The pass is for what names the import, and not for the steps.
        """
        run = self.env["retail.import.run"]
        if not approvals.checking:
            run = run.browse(approvals.request.res_id)
        known = {"name": run.sudo().name or _("Import"), "imported": True, "import_id": run.id}
        change = guard.passing(self.sudo()).create({**known, "company_id": self.env.company.id})
        change = self.sudo().browse(change.id)
        change.write(values)
        return change

    def _takes_over(self):
        return self.imported or super()._takes_over()

    def _require_all_applied(self):
        steps = [step for found in (self.line_ids, self.item_ids) for step in found if step.progress != "applied"]
        if steps:
            raise Refused(*{step.problem or _("The price could not be changed. Try it again.") for step in steps})

    def _brings(self, template):
        """Whether the import itself makes this product, so that who approves it decides about its first prices."""
        if not self.imported:
            return False
        if not self.import_id:
            # A check makes everything in one transaction, which it takes back.
            query = "SELECT id FROM product_template WHERE id = %s AND create_date = now() AT TIME ZONE 'UTC'"
            self.env.cr.execute(query, (template.id,))
            return bool(self.env.cr.rowcount)
        made = [("kind", "=", "products"), ("outcome", "=", "created"), ("res_id", "=", template.id)]
        lines = self.env["retail.import.line"].sudo()
        return bool(lines.search([("run_id", "=", self.import_id.id), *made], limit=1))


class PriceChangeItem(models.Model):
    _inherit = "retail.price.change.item"

    def _judged(self, rules, trials):
        """Without a price rule, whoever approves a product decides about its first prices."""
        found = super()._judged(rules, trials)
        without_rule = found["verdict"] == "beyond" and not found["limit_id"]
        if without_rule and self.applied_on == "1_product" and self.change_id._brings(self.product_tmpl_id):
            return {**found, "verdict": "within"}
        return found
