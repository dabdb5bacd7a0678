from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import PriceCase


@tagged("post_install", "-at_install")
class TestRules(PriceCase):
    def verdict(self, product, price):
        change = self.change((product, price))
        change.action_check()
        return change.line_ids.verdict

    def test_change_and_margin_both_have_to_be_within(self):
        self.assertEqual(self.verdict(self.product(100, cost=50), 110), "within")
        self.assertEqual(self.verdict(self.product(100, cost=50), 110.5), "beyond")
        self.assertEqual(self.verdict(self.product(100, cost=50), 90), "within")
        self.assertEqual(self.verdict(self.product(100, cost=76), 95), "within")
        self.assertEqual(self.verdict(self.product(100, cost=76.1), 95), "beyond")
        self.assertEqual(self.verdict(self.product(100, cost=95), 95), "beyond")
        self.assertEqual(self.verdict(self.product(100, cost=95), 94.99), "below_cost")

    def test_without_a_rule_somebody_decides(self):
        self.rule.active = False
        self.assertEqual(self.verdict(self.product(100), 101), "beyond")

    def test_without_a_cost_the_margin_is_not_known(self):
        product = self.product(100, cost=0)
        self.assertEqual(self.verdict(product, 101), "beyond")
        self.rule.min_margin = 0
        self.assertEqual(self.verdict(product, 101), "within")

    def test_from_nothing_somebody_decides(self):
        self.rule.max_change = 1000
        self.assertEqual(self.verdict(self.product(0), 101), "beyond")

    def test_for_nothing_is_below_cost(self):
        self.rule.max_change = 100
        self.assertEqual(self.verdict(self.product(100, cost=1), 0), "below_cost")

    def test_the_margin_is_that_without_taxes(self):
        included = {"amount": 25, "price_include": True, "type_tax_use": "sale", "name": "25 in it"}
        tax = self.env["account.tax"].create(included)
        product = self.product(100, cost=70, taxes_id=[(6, 0, tax.ids)])
        self.assertEqual(self.verdict(product, 101), "beyond")
        change = self.change((product, 100.5))
        change.action_check()
        self.assertAlmostEqual(change.line_ids.margin, 12.94, 1)
        self.assertEqual(self.verdict(self.product(100, cost=81, taxes_id=[(6, 0, tax.ids)]), 101), "below_cost")

    def test_the_nearest_category_says(self):
        below = self.env["product.category"].create({"name": "Old lamps", "parent_id": self.category.id})
        product = self.product(100, categ_id=below.id)
        self.assertEqual(self.verdict(product, 120), "beyond")
        self.rule.copy({"categ_id": below.id, "max_change": 30})
        self.rule.copy({"categ_id": False, "max_change": 90})
        self.assertEqual(self.verdict(product, 120), "within")
        self.assertEqual(self.verdict(self.product(100), 120), "beyond")

    def test_of_two_for_a_category_that_of_the_company_says(self):
        self.rule.copy({"company_id": self.env.company.id, "max_change": 30})
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.rule.copy({"company_id": elsewhere.id, "max_change": 90})
        self.assertEqual(self.verdict(self.product(100), 120), "within")
        self.assertEqual(self.verdict(self.product(100), 150), "beyond")

    def test_a_rule_names_who_approves(self):
        group = self.env["res.groups"].create({"name": "Lamp people"})
        self.rule.group_id = group
        change = self.submit(self.change((self.product(100), 150)))
        self.assertEqual(change.approval_request_ids.step_ids.group_id, group)

    def test_many_small_changes_are_no_less_than_a_large_one(self):
        self.rule.days = 30
        product = self.product(100, cost=10)
        for price in (106, 110):
            self.assertEqual(self.submit(self.change((product, price))).state, "applied")
        change = self.submit(self.change((product, 113)))
        self.assertEqual((change.state, round(change.line_ids.delta, 1)), ("pending", 2.7))
        change.with_user(self.manager).action_approval_approve()
        self.env["base"].flush()
        long_ago = fields.Datetime.now() - timedelta(days=31)
        self.cr.execute("UPDATE retail_price_change_line SET applied_at = %s", (long_ago,))
        self.env.cache.invalidate()
        self.assertEqual(self.submit(self.change((product, 120))).state, "applied")

    def test_the_lowest_margin_of_all_variants_counts(self):
        attribute = self.env["product.attribute"].create({"name": "Size", "create_variant": "always"})
        values = [
            self.env["product.attribute.value"].create({"name": name, "attribute_id": attribute.id})
            for name in ("S", "L")
        ]
        line = {"attribute_id": attribute.id, "value_ids": [(6, 0, [each.id for each in values])]}
        product = self.product(100, cost=50, attribute_line_ids=[(0, 0, line)])
        self.assertEqual(self.verdict(product, 101), "within")
        small, large = product.product_variant_ids
        self.approve(
            self.change({"product_tmpl_id": product.id, "product_id": large.id, "kind": "cost", "new_price": 102}),
            self.finance,
        )
        self.assertEqual((small.standard_price, large.standard_price), (50, 102))
        self.assertEqual(self.verdict(product, 101), "below_cost")
        choice = large.product_template_attribute_value_ids
        extra = {"product_tmpl_id": product.id, "value_id": choice.id, "kind": "extra", "new_price": 40}
        self.approve(self.change(extra))
        self.assertEqual(large.lst_price, 140)
        self.assertEqual(self.verdict(product, 101), "within")

    def test_prices_that_change_together_are_judged_together(self):
        product = self.product(100, cost=80)
        cost = {"product_tmpl_id": product.id, "kind": "cost", "new_price": 100}
        change = self.change((product, 99), cost)
        change.action_check()
        self.assertEqual(change.line_ids.mapped("verdict"), ["below_cost", "cost"])

    def test_central_policy_makes_rules_and_nobody_else(self):
        policy = new_test_user(self.env, "a_policy", groups="base.group_user,retail_base.group_policy")
        self.rule.with_user(policy).max_change = 12
        with self.assertRaises(AccessError):
            self.rule.with_user(self.manager).max_change = 100
