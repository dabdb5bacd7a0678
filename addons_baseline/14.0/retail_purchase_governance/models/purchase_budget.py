"""What is open to buy: how much of a category may arrive in a period, and how much of that is ordered."""

from collections import defaultdict

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

# By day of arrival, which has an index: what lies before the periods is not looked at, for which the first and the
# last day of all are said, too. Foreign currencies are summed apart and converted afterwards. See
# purchase.order.line._spend for what a line binds.
ORDERED = """
    SELECT budget.id, purchase.currency_id, purchase.state = 'to approve',
           SUM(GREATEST(line.product_qty * line.price_unit, 0)),
           SUM(GREATEST(line.qty_invoiced * line.price_unit, 0))
      FROM retail_purchase_budget budget
      JOIN product_category top ON top.id = budget.categ_id
      JOIN product_category category ON category.parent_path LIKE top.parent_path || '%%'
      JOIN product_template template ON template.categ_id = category.id
      JOIN product_product product ON product.product_tmpl_id = template.id
      JOIN purchase_order_line line ON line.product_id = product.id
           AND line.date_planned >= budget.date_from AND line.date_planned < budget.date_to + 1
           AND line.date_planned >= %(first)s AND line.date_planned < %(last)s + 1
      JOIN purchase_order purchase ON purchase.id = line.order_id AND purchase.company_id = budget.company_id
     WHERE budget.id = ANY(%(budgets)s) AND purchase.id <> %(without)s
           AND purchase.state IN ('purchase', 'done', 'to approve')
  GROUP BY 1, 2, 3
"""


class PurchaseBudget(models.Model):
    _name = "retail.purchase.budget"
    _inherit = "mail.thread"
    _description = "Purchase budget"
    _order = "date_from desc, categ_id, id"
    _rec_name = "categ_id"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    categ_id = fields.Many2one(
        "product.category", "Product category", required=True, index=True, tracking=True, ondelete="restrict"
    )
    date_from = fields.Date("Arrival from", required=True, tracking=True)
    date_to = fields.Date("Arrival until", required=True, tracking=True)
    amount = fields.Monetary("Budget", required=True, tracking=True, help="Without taxes.")
    over_group_id = fields.Many2one(
        "res.groups",
        "More approved by",
        help="Whoever orders beyond the budget needs the approval of one of this group. Empty: nobody can.",
        tracking=True,
        ondelete="restrict",
    )
    committed = fields.Monetary(
        "Ordered", compute="_compute_ordered", help="On confirmed orders, received or not."
    )
    waiting = fields.Monetary("Waits for approval", compute="_compute_ordered")
    invoiced = fields.Monetary("Billed", compute="_compute_ordered")
    available = fields.Monetary("Open to buy", compute="_compute_ordered")

    _sql_constraints = [
        ("period", "CHECK (date_to >= date_from)", "Enter a last day that is not before the first."),
        ("amount", "CHECK (amount >= 0)", "Enter a budget of 0 or more."),
    ]

    def name_get(self):
        names = []
        for budget in self:
            first, last = format_date(self.env, budget.date_from), format_date(self.env, budget.date_to)
            names.append((budget.id, f"{budget.categ_id.display_name}, {first} - {last}"))
        return names

    @api.constrains("company_id", "categ_id", "date_from", "date_to")
    def _check_overlap(self):
        for budget in self:
            other = self.sudo().search(
                [
                    ("id", "!=", budget.id),
                    ("company_id", "=", budget.company_id.id),
                    ("categ_id", "=", budget.categ_id.id),
                    ("date_from", "<=", budget.date_to),
                    ("date_to", ">=", budget.date_from),
                ],
                limit=1,
            )
            if other:
                raise ValidationError(
                    _("There is a budget for these days already: %s. Change that one.", other.display_name)
                )

    @api.depends("amount", "company_id", "categ_id", "date_from", "date_to")
    def _compute_ordered(self):
        ordered = self._ordered()
        for budget in self:
            committed, waiting, invoiced = ordered[budget._origin.id]
            budget.committed, budget.waiting, budget.invoiced = committed, waiting, invoiced
            budget.available = budget.amount - committed

    def _ordered(self, without=None):
        """(confirmed, waiting, billed) by id of budget, in the company's currency at today's rate.

        `without` is an order that is left out.
        """
        self.flush()
        if not self.ids:
            return defaultdict(lambda: (0.0, 0.0, 0.0))
        parameters = {
            "budgets": self.ids,
            "first": min(self._origin.mapped("date_from")),
            "last": max(self._origin.mapped("date_to")),
            "without": without.id if without else 0,
        }
        self.env.cr.execute(ORDERED, parameters)
        found, today = defaultdict(lambda: (0.0, 0.0, 0.0)), fields.Date.context_today(self)
        for budget_id, currency_id, waits, ordered, billed in self.env.cr.fetchall():
            company = self.browse(budget_id).company_id
            currency = self.env["res.currency"].browse(currency_id)
            value, invoiced = (
                currency._convert(float(each), company.currency_id, company, today) for each in (ordered, billed)
            )
            committed, waiting, before = found[budget_id]
            found[budget_id] = (
                (committed, waiting + value, before) if waits else (committed + value, waiting, before + invoiced)
            )
        return found

    @api.model
    def _drawn_by(self, order):
        """{budget: what the order, as it stands, takes of it}, in the company's currency."""
        lines = order.order_line._of_category(None).filtered("date_planned")
        days = [each.date() for each in lines.mapped("date_planned")]
        if not days:
            return {}
        budgets = self.sudo().search(
            [
                ("company_id", "=", order.company_id.id),
                ("date_from", "<=", max(days)),
                ("date_to", ">=", min(days)),
            ]
        )
        drawn = {budget: budget._lines_of(lines)._spend() for budget in budgets}
        return {budget: amount for budget, amount in drawn.items() if amount}

    @api.model
    def _shortfalls(self, order):
        """(budget, what the order is over it) for each budget that the order goes beyond."""
        mine = self._drawn_by(order)
        concerned = self.sudo().browse().union(*mine)
        ordered = concerned._ordered(without=order._origin) if concerned else {}
        over = [(budget, mine[budget] + ordered[budget.id][0] - budget.amount) for budget in concerned]
        return [(budget, excess) for budget, excess in over if budget.currency_id.compare_amounts(excess, 0) > 0]

    def _lines_of(self, lines):
        """Those of the lines that this budget is for."""
        return lines._of_category(self.categ_id).filtered(
            lambda line: self.date_from <= line.date_planned.date() <= self.date_to
        )

    @api.model
    def _hold(self, order):
        """Make orders that draw on the same budgets take effect one after the other.

        An UPDATE and not a lock: Odoo's transactions do not see what was committed after they began, so the
        second has to fail and be tried again, and must not go on with the sums it saw. Confirming is rare enough
        for that.
        """
        self.flush()
        self.env.cr.execute(
            "UPDATE retail_purchase_budget budget SET amount = amount"
            "  FROM purchase_order_line line"
            " WHERE line.order_id = %s AND budget.company_id = %s"
            "   AND line.date_planned >= budget.date_from AND line.date_planned < budget.date_to + 1",
            (order.id, order.company_id.id),
        )
