import psycopg2
from odoo import fields
from odoo.addons.retail_base.tests.at_once import AtOnceCase
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PurchaseCase


@tagged("post_install", "-at_install")
class TestBudgets(PurchaseCase):
    def test_within_the_budget(self):
        budget = self.budget(100)
        self.confirmed()
        self.assertEqual((budget.committed, budget.available), (100, 0))

    def test_beyond_it_nobody_orders(self):
        self.budget(99.99)
        with self.assertRaisesRegex(UserError, "0.01.*more than is open to buy: Garden.*Order less"):
            self.order().button_confirm()

    def test_or_only_with_the_approval_of_those_it_names(self):
        budget = self.budget(99, over_group_id=self.approvers.id)
        order = self.order()
        self.approve(order)
        self.assertEqual(order.state, "purchase")
        self.assertEqual(budget.available, -1)

    def test_only_what_arrives_in_the_period(self):
        budget = self.budget(100)
        self.confirmed(self.values(arrival="2030-02-28 23:00:00"))
        self.confirmed(self.values(arrival="2030-06-01 00:00:00"))
        self.assertEqual(budget.available, 100)
        budget.invalidate_cache()
        self.confirmed(self.values(price=4.0, arrival="2030-03-01 00:00:00"))
        self.confirmed(self.values(price=6.0, arrival="2030-05-31 23:59:00"))
        self.assertEqual(budget.available, 0)

    def test_a_category_and_the_one_above_both_hold(self):
        self.budget(1000, categ_id=self.benches.id)
        garden, toys = self.budget(99), self.budget(1000, categ_id=self.toys.id)
        with self.assertRaisesRegex(UserError, "Garden"):
            self.order(self.values(self.kite), self.values()).button_confirm()
        garden.amount = 100
        self.confirmed(self.values(self.kite), self.values())
        self.assertEqual((garden.available, toys.available), (0, 900))

    def test_what_waits_is_shown_and_not_taken_off(self):
        self.rule()
        budget = self.budget(100)
        self.order().button_confirm()
        self.assertEqual((budget.committed, budget.waiting, budget.available), (0, 100, 100))

    def test_what_was_used_meanwhile_is_not_there_any_more(self):
        self.rule(amount_from=100)
        self.budget(150)
        order = self.order()
        order.button_confirm()
        self.confirmed(self.values(price=6.0))
        with self.assertRaisesRegex(UserError, "10.00.*more than is open to buy.*submit it again"):
            order.with_user(self.head).button_approve()

    def test_an_approval_of_something_else_does_not_open_a_budget(self):
        self.rule()
        finance = self.env["res.groups"].create({"name": "Finance"})
        budget = self.budget(150, over_group_id=finance.id)
        order = self.order()
        order.button_confirm()
        budget.amount = 50
        with self.assertRaisesRegex(UserError, "submit it again"):
            order.with_user(self.head).button_approve()

    def test_cancelling_gives_it_back(self):
        budget = self.budget(100)
        self.confirmed().button_cancel()
        self.assertEqual(budget.available, 100)

    def test_a_confirmed_order_does_not_grow_beyond_it(self):
        self.budget(110)
        order = self.confirmed()
        order.order_line.product_qty = 11
        with self.assertRaisesRegex(UserError, "with a new order"):
            order.order_line.product_qty = 12

    def test_a_confirmed_order_does_not_move_into_a_period_that_is_full(self):
        budget = self.budget(99)
        order = self.confirmed(self.values(arrival="2030-02-28 12:00:00"))
        line, later = order.order_line, {"date_planned": "2030-03-01 12:00:00"}
        for move in (
            lambda: line.write(later),
            lambda: line.sudo().write(later),
            lambda: order.write({"order_line": [(1, line.id, later)]}),
        ):
            with (
                self.assertRaisesRegex(UserError, "no room for it.*\n.*1.00.*more than is open"),
                self.cr.savepoint(),
            ):
                move()
        self.assertEqual(budget.available, 99)
        line.date_planned = "2030-06-01 12:00:00"
        budget.amount = 100
        line.write(later)
        self.assertEqual(budget.available, 0)

    def test_nor_a_part_of_it_while_it_becomes_no_larger(self):
        self.budget(150)
        order = self.confirmed(self.values(arrival="2030-02-28 12:00:00"), self.values())
        early, late = order.order_line
        with self.assertRaisesRegex(UserError, "50.00.*more than is open to buy"):
            order.write({"order_line": [(1, early.id, {"product_qty": 0}), (1, late.id, {"product_qty": 20})]})

    def test_what_was_agreed_to_beyond_a_budget_moves_within_its_period(self):
        budget = self.budget(99, over_group_id=self.approvers.id)
        order = self.order()
        self.approve(order)
        order.order_line.date_planned = "2030-05-31 12:00:00"
        self.assertEqual(budget.available, -1)

    def test_a_vendor_moves_it_and_whoever_orders_is_told(self):
        budget = self.budget(99)
        order = self.confirmed(self.values(arrival="2030-02-28 12:00:00"))
        line = order.sudo().order_line
        order.sudo()._update_date_planned_for_lines([(line, fields.Datetime.to_datetime("2030-02-20 12:00:00"))])
        self.assertFalse(order.activity_ids.filtered(lambda each: "no room" in (each.note or "")))
        order.sudo()._update_date_planned_for_lines([(line, fields.Datetime.to_datetime("2030-03-01 12:00:00"))])
        told = order.activity_ids.filtered(lambda each: "no room" in (each.note or ""))
        self.assertEqual(told.user_id, self.buyer)
        self.assertRegex(told.note, "1.00.*more than is open to buy")
        self.assertEqual(budget.available, -1)

    def test_a_foreign_currency_is_converted(self):
        foreign = self.env["res.currency"].create({"name": "QQQ", "symbol": "Q"})
        rate = {"currency_id": foreign.id, "name": "2020-01-01", "rate": 10.0, "company_id": self.company.id}
        self.env["res.currency.rate"].create(rate)
        budget = self.budget(100)
        self.confirmed(self.values(price=50.0), currency_id=foreign.id)
        self.confirmed(self.values(price=3.0))
        self.assertEqual(budget.available, 20)

    def test_another_company_has_its_own(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        theirs = self.budget(1, company_id=company.id)
        self.confirmed()
        self.assertEqual(theirs.available, 1)

    def test_what_was_billed(self):
        budget = self.budget(1000)
        self.bench.purchase_method = "purchase"
        self.confirmed().action_create_invoice()
        self.assertEqual((budget.committed, budget.invoiced), (100, 100))

    def test_one_budget_for_a_day(self):
        first = self.budget(100)
        with self.assertRaisesRegex(ValidationError, "budget for these days already"), self.cr.savepoint():
            self.budget(100, date_from="2030-05-31", date_to="2030-06-30")
        self.budget(100, date_from="2030-06-01", date_to="2030-06-30")
        self.budget(100, categ_id=self.benches.id)
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            first.date_to = "2030-02-01"
            first.flush()

    def test_it_is_found_by_its_category(self):
        budget = self.budget(100)
        self.assertIn((budget.id, budget.display_name), self.budgets.name_search("Garden"))
        self.assertIn("Garden", budget.display_name)


@tagged("post_install", "-at_install")
class TestTwoAtOnce(AtOnceCase):
    def setUp(self):
        super().setUp()
        with self.environment() as env:
            category = self.make(env, "product.category", name="Rare")
            period = {"date_from": "2031-01-01", "date_to": "2031-12-31"}
            budget = self.make(env, "retail.purchase.budget", categ_id=category.id, amount=100, **period)
            orders = [self.order(env, category) for _each in "12"]
            self.budget_id, self.order_ids = budget.id, [order.id for order in orders]

    def order(self, env, category):
        """With a product and a vendor of its own, so that orders have nothing in common but the budget."""
        vendor = self.make(env, "res.partner", name="Rare Works")
        values = {"type": "service", "categ_id": category.id, "seller_ids": [(0, 0, {"name": vendor.id})]}
        product = self.make(env, "product.product", name="Rare", **values)
        line = {
            "name": "Rare",
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_qty": 1,
            "price_unit": 60,
            "date_planned": "2031-06-01 12:00:00",
        }
        return self.make(env, "purchase.order", partner_id=vendor.id, order_line=[(0, 0, line)])

    def remove(self):
        with self.environment() as env:
            env["purchase.order"].browse(self.order_ids).button_cancel()
            env["product.supplierinfo"].search([("name.name", "=", "Rare Works")]).unlink()

    def test_the_last_of_a_budget_is_ordered_once(self):
        with self.environment() as slow:
            # Its snapshot is from before the other one confirms.
            self.assertEqual(slow["retail.purchase.budget"].browse(self.budget_id).available, 100)
            with self.environment() as quick:
                quick["purchase.order"].browse(self.order_ids[0]).button_confirm()
            late = slow["purchase.order"].browse(self.order_ids[1])
            # Odoo tries the whole request again after this error, and then says that there is no room.
            with self.too_late(slow):
                late.button_confirm()
            with self.assertRaisesRegex(UserError, "more than is open to buy"):
                late.button_confirm()
            slow.cr.rollback()
