"""What a pricelist rule does to prices, found out by putting it into force and undoing that."""

import json
from collections import namedtuple

from odoo import fields, models
from odoo.addons.retail_base import guard
from odoo.tools import float_compare, groupby

from .price_change_item import _values

# What is sold by a rule, the present one or that of a step, in what quantity, and when.
Sold = namedtuple("Sold", "rule products quantity at")
# What a step does to one of those, as prices by id of product: at present, once all steps are in force, and by the
# step's rule itself, even where another one is nearer as long as that one lasts.
Trial = namedtuple("Trial", "item sold old new own")


class _Undo(Exception):
    """Ends a trial: what was written in it is rolled back."""


class PriceChangeItem(models.Model):
    _inherit = "retail.price.change.item"

    def _capture(self):
        for change in self.change_id:
            items = (self & change.item_ids).with_company(change.company_id)
            rules = self.env["retail.price.rule"]._of_company(change.company_id)
            for item, trials in groupby(items._tried(), lambda trial: trial.item):
                was = json.dumps(_values(item.rule_id)) if item.action != "add" and item.rule_id else False
                judged = item._judged(rules, trials)
                guard.passing(item).write({"old_values": was, **judged})

    def _sold(self):
        """All that it is about: what the new rule is for, and what the present one is for."""
        sold = [self._sold_by(self)]
        if self.action != "add" and self.rule_id:
            sold.append(self._sold_by(self.rule_id))
        return sold

    def _sold_by(self, rule):
        if rule.applied_on == "0_product_variant":
            found = rule.product_id
        elif rule.applied_on == "1_product":
            found = rule.product_tmpl_id.product_variant_ids
        else:
            below = [("categ_id", "child_of", rule.categ_id.id)] if rule.applied_on == "2_product_category" else []
            company = [("company_id", "in", (False, self.change_id.company_id.id))]
            found = self.env["product.product"].search([("sale_ok", "=", True), *company, *below])
        at = max(filter(None, (self.change_id.effective_at, rule.date_start)), default=fields.Datetime.now())
        return Sold(rule, found, max(rule.min_quantity, 1.0), at)

    def _prices(self, sold):
        """Prices without taxes in the currency of the company, by id of product."""
        asked = [(each, sold.quantity, False) for each in sold.products]
        found = self.pricelist_id._compute_price_rule(asked, date=sold.at)
        return {each.id: self._turnover(each, found[each.id][0], sold.at) for each in sold.products}

    def _tried(self):
        """A Trial for all that the steps are about, step by step: they are put into force together, and undone."""
        trials = [
            Trial(item, sold, old=item._prices(sold), new={}, own=item._own_prices(sold))
            for item in self
            for sold in item._sold()
        ]
        try:
            with self.env.cr.savepoint():
                for item in self:
                    item._put_in_force()
                trials = [trial._replace(new=trial.item._prices(trial.sold)) for trial in trials]
                self._undo()
        except _Undo:
            pass
        return trials

    @staticmethod
    def _undo():
        raise _Undo

    def _own_prices(self, sold):
        """The same as this step's rule itself says; none of what another rule sells, or of a rule that goes."""
        if self.action == "remove" or sold.rule != self:
            return {}
        own = {each: self._own_price(each, sold.quantity, sold.at) for each in sold.products}
        return {each.id: self._turnover(each, price, sold.at) for each, price in own.items()}

    def _own_price(self, product, quantity, at):
        """In the currency of the pricelist; what core does when it has chosen a rule."""
        company, currency = self.change_id.company_id, self.pricelist_id.currency_id
        if self.base == "pricelist" and self.base_pricelist_id:
            found = self.base_pricelist_id._compute_price_rule([(product, quantity, False)], date=at)
            price, known_in = found[product.id][0], self.base_pricelist_id.currency_id
        else:
            price, known_in = product.price_compute(self.base)[product.id], product.currency_id
        price = known_in._convert(price, currency, company, at.date(), round=False)
        return self._compute_price(price, product.uom_id, product, quantity, False)

    def _turnover(self, product, price, at):
        company, currency = self.change_id.company_id, self.pricelist_id.currency_id
        net = self.env["retail.price.rule"]._without_taxes(product.product_tmpl_id, price, company)
        return currency._convert(net, company.currency_id, company, at.date(), round=False)

    def _judged(self, rules, trials):
        """The worst that any rule says of any product; where nothing is sold, a person decides."""
        found, lowers = [], False
        possible = [(trial, trial.new) for trial in trials] + [(trial, trial.own) for trial in trials]
        for trial, prices in possible:
            for product in trial.sold.products.filtered(lambda one, prices=prices: one.id in prices):
                new, old = prices[product.id], trial.old[product.id]
                lowers |= float_compare(new, old, precision_digits=6) < 0
                rule = rules._nearest(product.categ_id)
                found.append(rule._assess(new, [old], [(new, product.standard_price)]))
        order = {"within": 0, "beyond": 1, "below_cost": 2}
        none = {"verdict": "beyond", "delta": 0.0, "margin": 0.0, "margin_known": False, "limit_id": False}
        worst = max(found, key=lambda each: (order[each["verdict"]], abs(each["delta"])), default=none)
        margins = [each["margin"] for each in found if each["margin_known"]]
        return {
            **worst,
            "margin": min(margins, default=0.0),
            "margin_known": bool(margins),
            "lowers": lowers,
        }
