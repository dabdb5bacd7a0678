"""What is looked at before a period is closed: policy as data, and for each check a method that finds."""

from typing import NamedTuple

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError


class Finding(NamedTuple):
    """What a check found: records to look at, and what they are worth in the company's currency."""

    model: str
    ids: list
    amount: float


class PeriodCheck(models.Model):
    """A check named `code` is found by `_find_<code>(company, day)`, where `day` is the period's last."""

    _name = "retail.period.check"
    _description = "Check before a period is closed"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True, readonly=True)
    name = fields.Char("Check", required=True, translate=True)
    advice = fields.Char("What to do", required=True, translate=True)
    severity = fields.Selection(
        [("block", "Blocks the close"), ("warn", "Is only shown")],
        required=True,
        default="block",
    )
    tolerance = fields.Monetary(
        help="What was found counts only when it is worth more than this. 0: everything counts."
    )
    # One amount for all companies; each reads it in its own currency.
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    active = fields.Boolean(default=True)

    _sql_constraints = [
        ("code_unique", "unique(code)", "There is a check with this code already."),
        ("tolerance_positive", "check(tolerance >= 0)", "A tolerance is not negative: enter 0 or more."),
    ]

    @api.depends_context("company")
    def _compute_currency_id(self):
        for check in self:
            check.currency_id = self.env.company.currency_id

    @api.constrains("code")
    def _check_code(self):
        for check in self:
            if not hasattr(check, f"_find_{check.code}"):
                raise ValidationError(
                    _("No addon knows a check %s. Switch existing ones on and off instead.", check.code)
                )

    @api.model
    def _in_force(self):
        return self.search([("active", "=", True)])

    def _find(self, company, day):
        """Finding of this check, by everybody's rights: who closes may not see every store."""
        self.ensure_one()
        self.env["base"].flush()
        finding = getattr(self.sudo(), f"_find_{self.code}")(company, day)
        within = self.tolerance and abs(finding.amount) <= self.tolerance
        return finding._replace(ids=[], amount=0.0) if within else finding

    def _rows(self, query, **parameters):
        """[(id, amount)] of a query."""
        self.env.cr.execute(query, parameters)
        return self.env.cr.fetchall()

    def _orders_off(self, model, lines, difference, company, day):
        """Finding of orders with lines of which more than nothing remains of `difference`.

        `lines` is a query's WITH that ends in a table `lines` of order lines until the day; both are our own SQL.
        """
        query = f"""
            {lines}
            SELECT order_id, SUM(({difference}) * COALESCE(price, 0)) FROM lines
            WHERE {difference} > 0.00001
            GROUP BY order_id ORDER BY order_id
        """  # noqa: S608
        end = company._retail_end_of(day)
        return self._finding(model, self._rows(query, company=company.id, day=day, end=end))

    @staticmethod
    def _finding(model, rows):
        """Finding of rows (id, amount)."""
        return Finding(model, [row[0] for row in rows], float(sum(row[1] or 0 for row in rows)))
