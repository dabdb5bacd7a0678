"""How good a company's figures are, by check, as of the last time."""

from odoo import _, api, fields, models


class SignalQuality(models.Model):
    _name = "retail.signal.quality"
    _description = "Data quality"
    _order = "green, check_id, company_id"

    check_id = fields.Many2one("retail.signal.check", "Figures", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    known = fields.Boolean(readonly=True)
    value = fields.Float(readonly=True)
    green = fields.Boolean("Good", readonly=True)
    checked_at = fields.Datetime("As of", readonly=True)
    advice = fields.Char(related="check_id.advice")
    explanation = fields.Char(compute="_compute_explanation")

    _sql_constraints = [("once", "unique(check_id, company_id)", "A check has one result for each company.")]

    @api.depends("check_id", "value", "known")
    def _compute_explanation(self):
        for quality in self:
            quality.explanation = quality._explain()

    def _explain(self):
        check = self.check_id
        said = {"name": check.name, "advice": check.advice}
        if not self.known:
            return _("%(name)s: there are no figures yet. %(advice)s", **said)
        said.update(value=f"{self.value:.0f}", limit=f"{check.limit:g}")
        if check.direction == "least":
            return _("%(name)s: %(value)s, and at least %(limit)s are needed. %(advice)s", **said)
        return _("%(name)s: %(value)s, and at most %(limit)s are good enough. %(advice)s", **said)

    @api.model
    def _set(self, check, company, value):
        """The newest result; None is unknown."""
        found = self.search([("check_id", "=", check.id), ("company_id", "=", company.id)])
        values = {
            "known": value is not None,
            "value": value or 0.0,
            "green": check._is_good(value),
            "checked_at": fields.Datetime.now(),
        }
        if found:
            found.write(values)
        else:
            self.create({"check_id": check.id, "company_id": company.id, **values})
