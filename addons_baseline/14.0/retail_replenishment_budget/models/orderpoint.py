"""What a reordering rule would order, against the budgets of the day on which it would arrive."""

from odoo import _, fields, models


class Orderpoint(models.Model):
    _inherit = "stock.warehouse.orderpoint"

    def _blocked_reasons(self):
        """The budgets' sums are asked for once, however many rules a page shows."""
        reasons = super()._blocked_reasons()
        buying = self.filtered(lambda rule: rule.product_id and rule.qty_to_order > 0 and rule._buys())
        budgets = buying._budgets()
        ordered = budgets._ordered() if budgets else {}
        for rule in buying:
            for budget in budgets.filtered(rule._is_in):
                left, cost = budget.amount - ordered[budget.id][0], rule._cost()
                if budget.currency_id.compare_amounts(cost, left) > 0:
                    reasons[rule.id].append(rule._over(budget, cost, left))
        return reasons

    def _budgets(self):
        """All that could be concerned."""
        days = self.mapped("lead_days_date")
        budgets = self.env["retail.purchase.budget"].sudo()
        if not days:
            return budgets
        return budgets.search(
            [
                ("company_id", "in", self.company_id.ids),
                ("date_from", "<=", max(days)),
                ("date_to", ">=", min(days)),
            ]
        )

    def _is_in(self, budget):
        """Whether what this rule orders draws on the budget."""
        path = self.product_id.categ_id.parent_path or ""
        return (
            budget.company_id == self.company_id
            and budget.date_from <= self.lead_days_date <= budget.date_to
            and path.startswith(budget.categ_id.parent_path)
        )

    def _cost(self):
        """Of what is to be ordered, at the vendor's price and in the company's currency; 0 without a price."""
        price = self._first_price().sudo()
        if not price:
            return 0.0
        quantity = self.product_uom._compute_quantity(self.qty_to_order, price.product_uom)
        company, today = self.company_id, fields.Date.context_today(self)
        return price.currency_id._convert(price.price * quantity, company.currency_id, company, today)

    def _over(self, budget, cost, left):
        return _(
            "Over budget: it costs %(cost)s, and %(left)s of %(budget)s are open to buy."
            " Order less, or ask for more.",
            cost=budget.currency_id.round(cost),
            left=budget.currency_id.round(left),
            budget=budget.display_name,
        )
