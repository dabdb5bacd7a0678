import psycopg2
from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PriceCase


@tagged("post_install", "-at_install")
class TestPricelists(PriceCase):
    def price(self, product):
        return self.pricelist.get_product_price(product.product_variant_id, 1, False)

    def new_rule(self, product, price=80.0):
        change = self.rule_change(product_tmpl_id=product.id, fixed_price=price)
        self.approve(change)
        return change.item_ids.rule_id

    def test_a_rule_comes_by_approval(self):
        product = self.product(100)
        change = self.submit(self.rule_change(product_tmpl_id=product.id, fixed_price=80))
        self.assertEqual((change.state, self.price(product)), ("pending", 100))
        self.assertEqual((change.item_ids.delta, change.item_ids.verdict), (-20, "beyond"))
        change.with_user(self.manager).action_approval_approve()
        self.assertEqual((change.state, self.price(product)), ("applied", 80))

    def test_within_the_rules_nobody_decides(self):
        product = self.product(100)
        values = {"compute_price": "percentage", "percent_price": 5, "product_tmpl_id": product.id}
        self.assertEqual(self.submit(self.rule_change(**values)).state, "applied")
        self.assertEqual(self.price(product), 95)

    def test_for_a_category_the_worst_product_counts(self):
        fine, dear = self.product(100, cost=10), self.product(100, cost=97)
        category = {"applied_on": "2_product_category", "categ_id": self.category.id}
        change = self.submit(self.rule_change(compute_price="percentage", percent_price=5, **category))
        self.assertEqual((change.item_ids.verdict, round(change.item_ids.margin, 1)), ("below_cost", -2.1))
        groups = change.approval_request_ids.step_ids.group_id
        self.assertEqual(len(groups), 2)
        change.with_user(self.manager).action_approval_approve()
        change.with_user(self.finance).action_approval_approve()
        self.assertEqual((self.price(fine), self.price(dear)), (95, 95))

    def test_a_rule_that_another_one_hides_is_judged_by_itself(self):
        product = self.product(100)
        variant = {"applied_on": "0_product_variant", "product_id": product.product_variant_id.id}
        self.approve(self.rule_change(fixed_price=95, **variant))
        hidden = self.submit(self.rule_change(product_tmpl_id=product.id, fixed_price=10))
        self.assertEqual(
            (hidden.state, hidden.item_ids.verdict, self.price(product)), ("pending", "below_cost", 95)
        )

    def test_what_a_rule_was_for_is_looked_at_as_well(self):
        one, two = self.product(100), self.product(100)
        rule = self.new_rule(one, 60)
        # Moved to another product, the first one has its full price again.
        values = {"action": "change", "rule_id": rule.id, "product_tmpl_id": two.id, "fixed_price": 99}
        self.assertEqual(self.submit(self.rule_change(**values)).state, "pending")
        # And what goes is what goes, whatever else the line says.
        other = {"action": "remove", "rule_id": rule.id, "product_tmpl_id": two.id, "min_quantity": 1000}
        self.assertEqual(self.submit(self.rule_change(**other)).state, "pending")

    def test_on_another_pricelist_or_on_cost_it_is_judged_by_what_comes_of_it(self):
        product = self.product(100, cost=50)
        base = {"compute_price": "formula", "product_tmpl_id": product.id}
        change = self.rule_change(**base, base="standard_price", price_discount=-90)
        change.action_check()
        self.assertEqual((change.item_ids.verdict, change.item_ids.delta), ("within", -5))
        self.new_rule(product, 60)
        club, self.pricelist = self.pricelist, self.env["product.pricelist"].create({"name": "Web"})
        change = self.rule_change(**base, base="pricelist", base_pricelist_id=club.id, price_surcharge=2)
        change.action_check()
        self.assertEqual((change.item_ids.verdict, change.item_ids.delta), ("beyond", -38))

    def test_trying_leaves_nothing_behind(self):
        product = self.product(100)
        change = self.rule_change(product_tmpl_id=product.id, fixed_price=10)
        change.action_check()
        self.assertEqual((self.price(product), self.pricelist.item_ids.ids), (100, []))

    def test_a_rule_changes_and_goes_by_approval(self):
        product = self.product(100)
        rule = self.new_rule(product)
        self.approve(self.rule_change(action="change", rule_id=rule.id, fixed_price=95))
        self.assertEqual(self.price(product), 95)
        change = self.approve(self.rule_change(action="remove", rule_id=rule.id, product_tmpl_id=product.id))
        self.assertEqual((self.price(product), rule.exists().ids, change.state), (100, [], "applied"))

    def test_changed_meanwhile_it_is_left(self):
        product = self.product(100)
        rule = self.new_rule(product)
        change = self.rule_change(action="change", rule_id=rule.id, fixed_price=70)
        change.day = fields.Date.add(fields.Date.today(), days=2)
        self.approve(change)
        self.approve(self.rule_change(action="change", rule_id=rule.id, fixed_price=75))
        change._apply()
        self.assertEqual(
            (change.state, change.item_ids.progress, self.price(product)), ("partial", "conflict", 75)
        )

    def test_taken_back_they_are_as_they_were(self):
        product = self.product(100)
        for make, before in (
            (lambda rule: self.rule_change(product_tmpl_id=product.id, fixed_price=70, min_quantity=1), 80),
            (lambda rule: self.rule_change(action="change", rule_id=rule.id, fixed_price=70), 80),
            (lambda rule: self.rule_change(action="remove", rule_id=rule.id, product_tmpl_id=product.id), 80),
        ):
            rule = self.pricelist.item_ids[:1] or self.new_rule(product)
            change = self.approve(make(rule))
            self.assertNotEqual(self.price(product), before)
            back = self.env["retail.price.change"].browse(change.with_user(self.editor).action_revert()["res_id"])
            self.approve(back)
            self.assertEqual((self.price(product), len(self.pricelist.item_ids)), (before, 1))

    def test_a_currency_without_a_rate_is_refused(self):
        dollars = self.env["res.currency"].create({"name": "ZZD", "symbol": "Z"})
        self.pricelist.currency_id = dollars
        product = self.product(100)
        with self.assertRaisesRegex(UserError, "ZZD has no rate"):
            self.submit(self.rule_change(product_tmpl_id=product.id, fixed_price=80))
        self.env["res.currency.rate"].create({"currency_id": dollars.id, "rate": 2, "name": "2020-01-01"})
        change = self.submit(self.rule_change(product_tmpl_id=product.id, fixed_price=99))
        self.assertEqual(change.item_ids.verdict, "below_cost", "99 of them are 49.50")

    @mute_logger("odoo.sql_db")
    def test_what_is_no_price_is_refused(self):
        product = self.product(100)
        for values in (
            {"fixed_price": float("nan")},
            {"fixed_price": -1},
            {"compute_price": "percentage", "percent_price": float("nan")},
            {"compute_price": "percentage", "percent_price": 101},
            {"compute_price": "formula", "price_discount": 101},
            {"compute_price": "formula", "price_surcharge": float("-inf")},
        ):
            refused = self.assertRaises((ValidationError, psycopg2.IntegrityError))
            with self.subTest(values=values), refused, self.cr.savepoint():
                self.rule_change(product_tmpl_id=product.id, **values)

    def test_an_empty_pricelist_is_anybodys(self):
        pricelist = self.env["product.pricelist"].with_user(self.editor).create({"name": "New"})
        neutral = {"compute_price": "formula", "base": "list_price", "pricelist_id": pricelist.id}
        self.env["product.pricelist.item"].with_user(self.editor).create(neutral)
        pricelist.active = False
        pricelist.unlink()

    def test_one_with_rules_is_neither_archived_nor_deleted_nor_copied(self):
        self.new_rule(self.product(100))
        pricelist = self.pricelist.with_user(self.editor)
        for attempt in (lambda: pricelist.write({"active": False}), pricelist.unlink, pricelist.copy):
            with self.assertRaisesRegex(UserError, "price change"):
                attempt()

    def test_a_rule_that_changes_nothing_may_hide_one_that_does(self):
        product = self.product(100)
        self.new_rule(product)
        neutral = {"compute_price": "percentage", "pricelist_id": self.pricelist.id, "product_tmpl_id": product.id}
        with self.assertRaisesRegex(UserError, "approved price change"):
            self.env["product.pricelist.item"].with_user(self.editor).create({**neutral, "min_quantity": 1})

    def test_rules_that_begin_by_themselves_are_among_what_changes_soon(self):
        product = self.product(100, type="consu")
        day = fields.Datetime.add(fields.Datetime.now(), days=3)
        self.approve(self.rule_change(product_tmpl_id=product.id, fixed_price=80, date_start=day))
        self.env["base"].flush()
        soon = self.env["retail.price.upcoming"].search([("product_tmpl_id", "=", product.id)])
        self.assertEqual([(each.kind, each.new_price) for each in soon], [("rule_begins", 80)])
