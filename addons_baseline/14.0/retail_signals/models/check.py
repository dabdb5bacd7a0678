"""Checks of the shop's own figures: what is wrong with them, from when on that matters, and what to do."""

import logging

import psycopg2
from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

_logger = logging.getLogger(__name__)


class SignalCheck(models.Model):
    """A check named `code` is measured by `_query_<code>()`.

    The query has the columns company_id and value (per cent or days), and the parameter `now`. A company without a
    row has no figures, and what is not known is not good.
    """

    _name = "retail.signal.check"
    _description = "Check of data quality"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True, readonly=True)
    name = fields.Char("Figures", required=True, translate=True)
    advice = fields.Char("What to do", required=True, translate=True)
    direction = fields.Selection(
        [("least", "At least"), ("most", "At most")], "Has to be", required=True, readonly=True
    )
    limit = fields.Float(required=True)
    unit = fields.Selection([("percent", "%"), ("days", "Days")], required=True, readonly=True)
    active = fields.Boolean(default=True)
    kind_ids = fields.Many2many("retail.signal.kind", string="Signals that rest on it")
    quality_ids = fields.One2many("retail.signal.quality", "check_id", "Results", readonly=True)
    error = fields.Text(readonly=True, help="Why it could not be measured the last time; it counts as not good.")

    _sql_constraints = [("code_unique", "unique(code)", "There is a check with this code already.")]

    @api.constrains("code")
    def _check_code(self):
        for check in self:
            if not hasattr(check, f"_query_{check.code}"):
                raise ValidationError(_("No addon knows a check %s. Switch existing ones on and off.", check.code))

    @api.model
    def _check_all(self):
        for check in self.search([("active", "=", True)]):
            check._check()

    def _check(self):
        self.ensure_one()
        measured, error = {}, False
        try:
            with self.env.cr.savepoint():
                self.env["base"].flush()
                self.env.cr.execute(getattr(self, f"_query_{self.code}")(), {"now": fields.Datetime.now()})
                measured = dict(self.env.cr.fetchall())
        except psycopg2.Error as failure:
            error = str(failure)
            _logger.exception("Data quality check %s failed", self.code)
        self.error = error
        for company in self.env["stock.warehouse"].search([("active", "=", True)]).company_id:
            self.env["retail.signal.quality"]._set(self, company, measured.get(company.id))

    def _is_good(self, value):
        return value is not None and (value >= self.limit if self.direction == "least" else value <= self.limit)
