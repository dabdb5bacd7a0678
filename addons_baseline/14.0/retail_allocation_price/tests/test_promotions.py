from odoo.addons.retail_base.tests.taken_over import noted
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..hooks import take_over
from .common import PromotionCase


@tagged("post_install", "-at_install")
class TestPromotions(PromotionCase):
    def test_without_stock_it_waits_and_whoever_made_it_is_told_once(self):
        product = self.product(100)
        change = self.approve(self.lowered(product))
        change._apply()
        self.assertEqual((change.state, self.price(product), self.pricelist.item_ids.ids), ("approved", 100, []))
        self.assertEqual(change.activity_ids.user_id, self.editor)
        self.assertIn("Web test needs 1", change.activity_ids.note)
        self.stock(product)
        change._apply()
        self.assertEqual((change.state, self.price(product)), ("applied", 80))
        self.assertFalse(change.activity_ids)

    def test_with_stock_it_begins_with_the_approval(self):
        product = self.product(100)
        self.stock(product)
        self.assertEqual(self.approve(self.lowered(product)).state, "applied")
        self.assertEqual(self.price(product), 80)

    def test_stock_counts_on_its_day_and_not_before(self):
        product, sold = self.product(100), self.product(100)
        changes = [self.lowered(each, date_start=self.days(2), date_end=self.days(9)) for each in (product, sold)]
        self.stock(product)
        self.stock(sold)
        for change in changes:
            self.approve(change)
            self.assertEqual(change.state, "approved")
        self.stock(sold, -5)
        with self.later(3):
            for change in changes:
                change._apply()
            self.assertEqual([change.state for change in changes], ["applied", "approved"])
            self.assertEqual((self.price(product), self.price(sold)), (80, 100))

    def test_what_is_to_begin_is_in_the_list_of_what_changes_soon(self):
        product = self.product(100)
        change = self.approve(self.lowered(product, date_start=self.days(2)))
        self.env["base"].flush()
        soon = self.env["retail.price.upcoming"].search([("product_tmpl_id", "=", product.id)])
        self.assertEqual((soon.kind, soon.effective_at), ("rule_add", change.item_ids.date_start))

    def test_how_much_is_enough_is_what_is_expected(self):
        product = self.product(100)
        change = self.lowered(product)
        change.promotion_min_qty = 6
        self.stock(product, 5)
        self.assertEqual(self.approve(change).state, "approved")
        with self.assertRaisesRegex(UserError, "needs 6 and can be promised 5"):
            change.with_user(self.editor).action_promotion_start()
        change.with_user(self.editor).promotion_min_qty = 5
        change.with_user(self.editor).action_promotion_start()
        self.assertEqual(change.state, "applied")

    def test_regardless_with_a_second_person(self):
        product = self.product(100)
        change = self.approve(self.lowered(product))
        override = self.asked(change)
        override.action_approval_submit()
        with self.assertRaises(AccessError):
            override.with_user(self.editor).action_approval_approve()
        self.assertEqual(self.price(product), 100)
        override.with_user(self.second).action_approval_approve()
        self.assertEqual((change.state, self.price(product)), ("applied", 80))

    def test_regardless_before_its_day_it_goes_on_the_pricelist_and_begins_then(self):
        product = self.product(100)
        change = self.approve(self.lowered(product, date_start=self.days(2)))
        with self.assertRaisesRegex(UserError, "begins by itself on its day"):
            change.with_user(self.editor).action_promotion_start()
        override = self.asked(change)
        override.action_approval_submit()
        override.with_user(self.second).action_approval_approve()
        self.assertEqual((change.state, self.price(product)), ("applied", 100))
        self.assertEqual(self.price(product, self.days(3)), 80)

    def test_before_its_approval_nothing_starts_it(self):
        change = self.submit(self.lowered(self.product(100)))
        for attempt in (
            change.with_user(self.editor).action_promotion_start,
            self.asked(change).action_approval_submit,
        ):
            with self.assertRaisesRegex(UserError, "is not approved"):
                attempt()

    def test_what_is_no_promotion_does_not_wait(self):
        dear, consumed, kept = self.product(100), self.product(100, type="consu"), self.product(100)
        for product, values in (
            (dear, {"fixed_price": 120.0}),
            (consumed, {}),
            (kept, {"date_end": False}),
        ):
            change = self.approve(self.lowered(product, **values))
            self.assertEqual((change.state, change.promotion_has), ("applied", False))

    def test_for_everything_nothing_in_particular_has_to_be_there(self):
        change = self.lowered(
            self.product(100), applied_on="3_global", product_tmpl_id=False, compute_price="percentage"
        )
        change.item_ids.percent_price = 10
        self.assertEqual(self.approve(change, self.manager, self.finance).state, "applied")

    def test_the_rest_of_the_change_waits_for_nothing(self):
        product = self.product(100)
        change = self.lowered(product)
        change.write({"line_ids": [(0, 0, {"product_tmpl_id": product.id, "new_price": 130.0})]})
        self.approve(change)
        self.assertEqual((change.state, product.list_price, self.price(product)), ("approved", 130, 130))

    def test_lower_still_is_a_promotion_too_and_raising_it_again_is_none(self):
        product = self.product(100)
        self.stock(product)
        rule = self.approve(self.lowered(product)).item_ids.rule_id
        self.stock(product, -5)
        values = {"action": "change", "rule_id": rule.id}
        self.assertEqual(self.approve(self.lowered(product, fixed_price=70.0, **values)).state, "approved")
        self.assertEqual(self.price(product), 80, "what runs goes on without stock")
        self.assertEqual(self.approve(self.lowered(product, fixed_price=90.0, **values)).state, "applied")

    def test_several_beginnings_need_several_changes(self):
        one, two = self.product(100), self.product(100)
        change = self.lowered(one)
        later = self.lowered(two, date_start=self.days(2)).item_ids
        change.write({"item_ids": [(0, 0, later._values())]})
        with self.assertRaisesRegex(UserError, "price changes of their own"):
            self.submit(change)

    def test_over_before_there_was_stock_it_is_given_up(self):
        product = self.product(100)
        change = self.approve(self.lowered(product))
        with self.later(8):
            change._apply()
        self.assertEqual((change.state, change.item_ids.progress), ("partial", "failed"))
        self.assertIn("Propose it for other days", change.item_ids.problem)

    def test_what_was_approved_before_the_addon_begins_as_it_was_and_is_counted(self):
        product = self.product(100)
        change = self.approve(self.lowered(product))
        dearer = self.scheduled((self.product(100), 130.0))
        take_over(self.cr, self.registry)
        self.assertEqual((change.promotion_running, dearer.promotion_running), (True, False))
        self.assertEqual(noted(self.env, "retail_allocation_price"), ("retail.price.change", 1))
        change._apply()
        self.assertEqual(self.price(product), 80)

    def test_whoever_decides_opens_the_form(self):
        change = self.submit(self.lowered(self.product(100)))
        for person in (self.editor, self.manager, self.second):
            self.assertTrue(
                Form(change.with_user(person), "retail_price_governance.view_price_change_form").promotion_has
            )
