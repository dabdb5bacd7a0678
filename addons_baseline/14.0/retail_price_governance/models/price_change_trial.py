"""What a pricelist rule does to prices, found out by putting it into force and undoing that."""

import json
from collections import namedtuple

from odoo import fields, models
from odoo.addons.retail_base import guard
from odoo.tools import float_compare

from .price_change_item import _values

# What is sold, in what quantity, and when.
Sold = namedtuple("Sold", "products quantity at")


class _Undo(Exception):
    """Ends a trial: what was written in it is rolled back."""


class PriceChangeItem(models.Model):
    _inherit = "retail.price.change.item"

    def _capture(self):
        for change in self.change_id:
            items = (self & change.item_ids).with_company(change.company_id)
            sold = [item._sold() for item in items]
            before = [item._prices(each) for item, each in zip(items, sold)]
            after = items._prices_after(sold)
            rules = self.env["retail.price.rule"]._of_company(change.company_id)
            for item, each, old, new in zip(items, sold, before, after):
                was = json.dumps(_values(item.rule_id)) if item.action != "add" and item.rule_id else False
                judged = item._judged(rules, each, old, [new, item._own_prices(each)])
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
        return Sold(found, max(rule.min_quantity, 1.0), at)

    def _prices(self, sold):
        """Prices without taxes in the currency of the company, for each of `sold` by id of product."""
        prices = []
        for products, quantity, at in sold:
            found = self.pricelist_id._compute_price_rule([(each, quantity, False) for each in products], date=at)
            prices.append({each.id: self._turnover(each, found[each.id][0], at) for each in products})
        return prices

    def _prices_after(self, sold):
        """The same for each step once all of them are in force: tried, and undone."""
        after = []
        try:
            with self.env.cr.savepoint():
                for item in self:
                    item._put_in_force()
                after += [item._prices(each) for item, each in zip(self, sold)]
                self._undo()
        except _Undo:
            pass
        return after

    @staticmethod
    def _undo():
        raise _Undo

    def _own_prices(self, sold):
        """The same as the rule itself says, even where another one is nearer as long as that one lasts."""
        if self.action == "remove":
            return [{} for _each in sold]
        products, quantity, at = sold[0]
        own = {each.id: self._turnover(each, self._own_price(each, quantity, at), at) for each in products}
        return [own, *({} for _each in sold[1:])]

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

    def _judged(self, rules, sold, old, possible):
        """The worst that any rule says of any product; where nothing is sold, a person decides."""
        found, lowers = [], False
        for prices in possible:
            for each, before, new in zip(sold, old, prices):
                for product in each.products.filtered(lambda one, new=new: one.id in new):
                    rule = rules._nearest(product.categ_id)
                    pair = [(new[product.id], product.standard_price)]
                    lowers |= float_compare(new[product.id], before[product.id], precision_digits=6) < 0
                    found.append(rule._assess(new[product.id], [before[product.id]], pair))
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
