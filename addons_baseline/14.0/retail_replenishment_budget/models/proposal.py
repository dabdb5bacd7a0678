"""What a change of a reordering rule lets be ordered in addition, against the budgets of the day of arrival."""

from collections import namedtuple
from datetime import timedelta

from odoo import _, fields, models

# One query, because a night changes thousands of rules. What another warehouse supplies is not bought; the vendor
# is the rule's own, or the one by which the policy counts the days to arrive.
ADDITIONAL = """
    SELECT proposal.id, price.currency_id, proposal.lead_days, category.parent_path,
           (proposal.new_max - proposal.old_max) / unit.factor * bought.factor * price.price AS value
      FROM retail_replenishment_proposal proposal
      JOIN product_product product ON product.id = proposal.product_id
      JOIN product_template template ON template.id = product.product_tmpl_id
      JOIN product_category category ON category.id = template.categ_id
      JOIN uom_uom unit ON unit.id = template.uom_id
      JOIN uom_uom bought ON bought.id = template.uom_po_id
      LEFT JOIN stock_warehouse_orderpoint rule ON rule.id = proposal.orderpoint_id
      LEFT JOIN stock_location_route route ON route.id = coalesce(rule.route_id, proposal.route_id)
      JOIN LATERAL (
           SELECT price.currency_id, price.price FROM product_supplierinfo price
            WHERE price.product_tmpl_id = template.id
              AND (rule.supplier_id IS NULL OR price.id = rule.supplier_id
                   OR rule.supplier_id = ANY(%(not_bought_from)s))
              AND price.id != ALL(%(not_bought_from)s)
              AND (price.product_id IS NULL OR price.product_id = product.id)
              AND (price.company_id IS NULL OR price.company_id = proposal.company_id)
              AND (price.date_end IS NULL OR price.date_end >= %(today)s)
         ORDER BY price.sequence, price.min_qty DESC, price.price, price.id LIMIT 1
      ) price ON true
     WHERE proposal.id = ANY(%(proposals)s) AND proposal.new_max > proposal.old_max
       AND route.supplier_wh_id IS NULL
"""
# A budget that a proposal goes over, what it costs, and what is left, in the company's currency.
Over = namedtuple("Over", "budget cost left")


class ReplenishmentProposal(models.Model):
    _inherit = "retail.replenishment.proposal"

    def _held_back(self):
        return super()._held_back() | self.browse(self._over_budget())

    def _warnings(self):
        """Of those that are decided already it says nothing."""
        found = super()._warnings()
        for number, over in self.filtered(lambda each: each.state == "open")._over_budget().items():
            found[number] = " ".join(filter(None, [found.get(number), *map(self._say_over, over)]))
        return found

    def _say_over(self, over):
        return _(
            "Over budget: what it adds costs %(cost)s, and %(left)s of %(budget)s are open to buy."
            " Refuse it, or ask for more.",
            cost=over.budget.currency_id.round(over.cost),
            left=over.budget.currency_id.round(over.left),
            budget=over.budget.display_name,
        )

    def _over_budget(self):
        """By id, of those alone that go over a budget: a list of Over."""
        found = {}
        for company in self.company_id:
            here = self.filtered(lambda each, company=company: each.company_id == company)
            found.update(here._over_budget_of(company))
        return found

    def _over_budget_of(self, company):
        today = fields.Date.context_today(self)
        budgets = self.env["retail.purchase.budget"].sudo()
        budgets = budgets.search([("company_id", "=", company.id), ("date_to", ">=", today)])
        if not budgets:
            return {}
        ordered, found = budgets._ordered(), {}
        left = {budget: budget.amount - ordered[budget.id][0] for budget in budgets}
        for number, path, arrives, cost in self._additional(company, today):
            over = [
                Over(budget, cost, left[budget])
                for budget in budgets
                if budget.date_from <= arrives <= budget.date_to
                and path.startswith(budget.categ_id.parent_path)
                and budget.currency_id.compare_amounts(cost, left[budget]) > 0
            ]
            if over:
                found[number] = over
        return found

    def _additional(self, company, today):
        """(id, category's path, day of arrival, cost in the company's currency) of each that is bought."""
        self.flush()
        left_out = self.env["product.supplierinfo"]._not_bought_from()
        self.env.cr.execute(ADDITIONAL, {"proposals": self.ids, "today": today, "not_bought_from": left_out.ids})
        rows = self.env.cr.fetchall()
        currencies = self.env["res.currency"].browse({row[1] for row in rows})
        rates = {
            each.id: each._convert(1.0, company.currency_id, company, today, round=False) for each in currencies
        }
        for number, currency_id, days, path, value in rows:
            yield number, path, today + timedelta(days=round(days or 0)), float(value) * rates[currency_id]
