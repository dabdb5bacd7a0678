from datetime import date, timedelta

from odoo import fields
from odoo.addons.retail_base.tests.ways import refused_or_not
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PriceCase


@tagged("post_install", "-at_install")
class TestChanges(PriceCase):
    def test_within_the_rules_nobody_has_to_decide(self):
        product = self.product(100)
        change = self.submit(self.change((product, 109)))
        self.assertEqual((change.state, product.list_price), ("applied", 109))
        self.assertEqual(change.line_ids.progress, "applied")

    def test_beyond_them_a_price_manager_decides(self):
        product = self.product(100)
        change = self.submit(self.change((product, 111)))
        self.assertEqual((change.state, product.list_price), ("pending", 100))
        self.assertEqual((change.line_ids.verdict, round(change.line_ids.delta, 2)), ("beyond", 11))
        change.with_user(self.manager).action_approval_approve()
        self.assertEqual((change.state, product.list_price), ("applied", 111))

    def test_below_cost_finance_decides_as_well(self):
        product = self.product(100, cost=95)
        change = self.submit(self.change((product, 94)))
        self.assertEqual(change.line_ids.verdict, "below_cost")
        change.with_user(self.manager).action_approval_approve()
        self.assertEqual(change.state, "pending")
        change.with_user(self.finance).action_approval_approve()
        self.assertEqual((change.state, product.list_price), ("applied", 94))

    def test_who_proposes_does_not_approve(self):
        self.editor.groups_id += self.env.ref("retail_price_governance.group_price_manager")
        change = self.submit(self.change((self.product(100), 150)))
        with self.assertRaisesRegex(AccessError, "second person"):
            change.with_user(self.editor).action_approval_approve()

    def test_who_made_it_does_not_approve_what_another_submits(self):
        self.manager.groups_id += self.env.ref("retail_price_governance.group_price_editor")
        change = self.change((self.product(100), 150))
        change = change.with_user(self.manager).copy({"line_ids": [(0, 0, change.line_ids._as_proposed())]})
        self.submit(change)
        with self.assertRaisesRegex(AccessError, "second person"):
            change.with_user(self.manager).action_approval_approve()

    def test_what_is_submitted_stands_still(self):
        change, other = self.submit(self.change((self.product(100), 150))), self.product(10)
        line = change.line_ids.with_user(self.editor)
        for attempt in (
            lambda: line.write({"new_price": 1}),
            line.unlink,
            lambda: line.create({"change_id": change.id, "product_tmpl_id": other.id, "new_price": 1}),
            lambda: change.with_user(self.editor).write({"day": fields.Date.today()}),
            change.with_user(self.editor).unlink,
        ):
            with self.assertRaises(UserError):
                attempt()
        change.with_user(self.editor).action_approval_withdraw()
        line.write({"new_price": 105})
        self.assertEqual(self.submit(change).state, "applied")

    def test_a_line_of_a_draft_does_not_move_into_what_is_approved(self):
        approved, draft = self.scheduled((self.product(100), 150)), self.change((self.product(10), 11))
        with self.assertRaisesRegex(UserError, "approved or over"):
            draft.line_ids.write({"change_id": approved.id})

    @mute_logger("odoo.sql_db")
    def test_what_is_no_price_is_refused(self):
        product = self.product(100)
        for price in (float("nan"), float("inf"), "a lot", None, -1.0):
            with self.assertRaises(Exception) as caught, self.cr.savepoint():
                self.change((product, price))
            self.assertIn(
                type(caught.exception).__name__, ("ValidationError", "CheckViolation", "TypeError"), price
            )

    def test_an_empty_one_is_not_submitted(self):
        with self.assertRaisesRegex(UserError, "Enter which prices"):
            self.submit(self.change())

    def test_nor_one_with_a_product_twice_or_no_change(self):
        one, two = self.product(100), self.product(10)
        with self.assertRaisesRegex(UserError, "(?s)twice.*already"):
            self.submit(self.change((one, 101), (one, 102), (two, 10)))

    def test_nor_one_for_yesterday(self):
        with self.assertRaisesRegex(UserError, "not past"):
            self.submit(self.change((self.product(100), 101), day=fields.Date.today() - timedelta(days=1)))

    def test_the_choice_has_to_be_of_the_product(self):
        one, two = self.product(100), self.product(10)
        with self.assertRaisesRegex(ValidationError, "not one of"):
            line = {"product_tmpl_id": one.id, "product_id": two.product_variant_id.id, "kind": "cost"}
            self.change({**line, "new_price": 5})

    def test_the_day_begins_where_the_company_is(self):
        self.env.company.partner_id.tz = "Europe/Paris"
        moments = {
            date(2031, 7, 1): "2031-06-30 22:00:00",
            date(2031, 1, 1): "2030-12-31 23:00:00",
        }
        for day, moment in moments.items():
            change = self.submit(self.change((self.product(100), 101), day=day))
            self.assertEqual(fields.Datetime.to_string(change.effective_at), moment)
        # Clocks go back: 2:30 comes twice, and the first is meant.
        twice = self.submit(self.change((self.product(100), 101), day=date(2031, 10, 26), hour=2.5))
        self.assertEqual(fields.Datetime.to_string(twice.effective_at), "2031-10-26 00:30:00")

    def test_cancelled_it_does_not_take_effect(self):
        product = self.product(100)
        change = self.scheduled((product, 150))
        change.with_user(self.editor).action_cancel()
        with self.later():
            self.env["retail.price.change"]._apply_due()
        self.assertEqual((change.state, product.list_price), ("cancelled", 100))
        with self.assertRaisesRegex(UserError, "is over"):
            change.with_user(self.editor).action_cancel()

    def test_a_request_that_is_cancelled_is_closed(self):
        change = self.submit(self.change((self.product(100), 150)))
        change.with_user(self.editor).action_cancel()
        self.assertEqual(change.approval_request_ids.state, "withdrawn")
        with self.assertRaises(UserError):
            change.with_user(self.editor).action_approval_submit()

    def test_taken_back_it_is_another_change_with_the_old_prices(self):
        product = self.product(100)
        change = self.approve(self.change((product, 150)))
        back = self.env["retail.price.change"].browse(change.with_user(self.editor).action_revert()["res_id"])
        self.assertEqual((back.reverts_id, back.state, product.list_price), (change, "draft", 150))
        self.approve(back)
        self.assertEqual(product.list_price, 100)

    def test_the_history_says_why(self):
        product = self.product(100)
        change = self.approve(self.change((product, 150), name="Better bulb"))
        action = self.env.ref("retail_price_governance.action_price_history")
        found = self.env[action.res_model].search(
            [("product_tmpl_id", "=", product.id), ("progress", "=", "applied")]
        )
        self.assertEqual(found.change_id.name, "Better bulb")
        self.assertEqual((found.old_price, found.new_price), (100, 150))
        self.assertEqual(change.approval_request_ids.step_ids.user_id, self.manager)

    def test_what_was_applied_stays_on_record(self):
        change = self.approve(self.change((self.product(100), 150)))
        for record in (change, change.line_ids):
            with self.assertRaises(UserError):
                record.with_user(self.editor).unlink()

    def test_who_proposes_nothing_may_not_touch_it(self):
        change = self.change((self.product(100), 150))
        for button in ("action_approval_submit", "action_check", "action_cancel", "action_revert"):
            with self.assertRaises((AccessError, UserError)):
                getattr(change.with_user(self.manager), button)()
        self.assertEqual(change.state, "draft")

    @mute_logger("odoo.sql_db")
    def test_prices_are_proposed_by_a_file(self):
        change, product = self.change(), self.product(100)
        columns = ["change_id/.id", "product_tmpl_id/.id", "new_price"]
        rows = [[str(change.id), str(product.id), "105"]]
        loaded = self.env["retail.price.change.line"].with_user(self.editor).load(columns, rows)
        self.assertFalse(loaded["messages"])
        self.assertEqual(self.submit(change).state, "applied")
        self.assertEqual(product.list_price, 105)
        bad = self.env["retail.price.change.line"].with_user(self.editor)
        again = self.change()
        for price in ("nan", "much"):
            self.assertTrue(bad.load(columns, [[str(again.id), str(product.id), price]])["messages"])

    def test_a_store_sees_what_changes_tomorrow(self):
        self.env.company.partner_id.tz = "Europe/Paris"
        product, clerk = self.product(100), self.person("a_clerk", "group_price_manager")
        clerk.groups_id -= self.env.ref("retail_price_governance.group_price_manager")
        day = fields.Date.today() + timedelta(days=2)
        self.approve(self.change((product, 150), day=day))
        self.submit(self.change((self.product(5), 50), day=day))
        self.env["base"].flush()
        soon = self.env["retail.price.upcoming"].with_user(clerk).search([("day", "=", day)])
        mine = soon.filtered(lambda each: each.product_tmpl_id.name == "Lamp")
        self.assertEqual([(each.old_price, each.new_price) for each in mine], [(100, 150)])

    def test_the_button_on_the_product_begins_one(self):
        product = self.product(100)
        action = product.with_user(self.editor).action_change_price()
        changes = self.env["retail.price.change"].with_user(self.editor).with_context(**action["context"])
        self.assertEqual(changes.create({"name": "x"}).line_ids.product_tmpl_id, product)

    def test_a_price_is_for_its_unit(self):
        product, dozen = self.product(100), self.env.ref("uom.product_uom_dozen")
        # Where products need an approval, another unit waits for one instead.
        with refused_or_not(self):
            product.with_user(self.editor).uom_id = dozen
        self.assertEqual(product.uom_id, self.env.ref("uom.product_uom_unit"))
        unit = dozen.copy({"name": "Crate"})
        unit.factor_inv = 24
        self.product(100, uom_id=unit.id, uom_po_id=unit.id)
        with self.assertRaisesRegex(UserError, "another unit"):
            unit.factor_inv = 20

    def test_a_new_product_has_the_price_it_is_made_with(self):
        products = self.env["product.product"].with_user(self.editor)
        product = products.create({"name": "Shade", "lst_price": 30, "standard_price": 10})
        self.assertEqual((product.list_price, product.standard_price), (30, 10))
        self.assertEqual(product.product_tmpl_id.copy().list_price, 30)

    def test_a_sale_at_the_counter_has_prices_of_its_own(self):
        product = self.product(100)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.editor.partner_id.id,
                "order_line": [(0, 0, {"product_id": product.product_variant_id.id, "price_unit": 90})],
            }
        )
        self.approve(self.change((product, 150)))
        order.action_confirm()
        self.assertEqual(order.amount_untaxed, 90)
