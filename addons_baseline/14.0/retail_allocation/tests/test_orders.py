from datetime import timedelta

from odoo import fields
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AllocationCase


@tagged("post_install", "-at_install")
class TestOrders(AllocationCase):
    def test_the_last_unit_is_sold_once(self):
        self.stock(1)
        first, second = self.order(1), self.order(1)
        first.action_confirm()
        self.assertEqual(first.picking_ids.state, "assigned")
        with self.assertRaisesRegex(UserError, "can be promised 0.0 of Promises"):
            second.action_confirm()
        self.assertEqual(second.state, "draft")

    def test_several_lines_of_one_product_are_one_need(self):
        self.stock(3)
        order = self.order(2)
        order.order_line.copy({"order_id": order.id})
        with self.assertRaisesRegex(UserError, "4.0 are ordered"):
            order.action_confirm()

    def test_in_another_unit(self):
        self.stock(11)
        order = self.order(1)
        order.order_line.product_uom = self.env.ref("uom.product_uom_dozen")
        with self.assertRaisesRegex(UserError, "12.0 are ordered"):
            order.action_confirm()

    def test_not_limited(self):
        soft = self.order(5, self.wholesale)
        none = self.order(5, self.env["retail.channel"])
        service, consumable = self.order(5), self.order(5)
        for order, kind in ((service, "service"), (consumable, "consu")):
            order.order_line.product_id = self.env["product.product"].create({"name": kind, "type": kind})
        to_order = self.order(5)
        to_order.order_line.route_id = self.warehouse.mto_pull_id.route_id
        self.warehouse.mto_pull_id.route_id.active = True
        for order in (soft, none, service, consumable):
            order.action_confirm()
            self.assertEqual(order.state, "sale")
        self.assertEqual(to_order.order_line._outstanding(), {})

    def test_sent_by_the_vendor(self):
        order = self.order(5)
        rule = {
            "name": "Dropship",
            "action": "pull",
            "location_src_id": self.env.ref("stock.stock_location_suppliers").id,
            "location_id": self.env.ref("stock.stock_location_customers").id,
            "picking_type_id": self.warehouse.out_type_id.id,
        }
        order.order_line.route_id = self.env["stock.location.route"].create(
            {"name": "Dropship", "sale_selectable": True, "rule_ids": [(0, 0, rule)]}
        )
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_more_of_a_confirmed_order(self):
        self.stock(3)
        order = self.order(1)
        order.action_confirm()
        order.order_line.product_uom_qty = 3
        with self.assertRaisesRegex(UserError, "1.0 are ordered"), self.cr.savepoint():
            order.order_line.product_uom_qty = 4
        self.env.cache.invalidate()
        self.assertEqual(order.order_line.product_uom_qty, 3)
        line = {"order_id": order.id, "product_id": self.lamp.id, "product_uom_qty": 1}
        with self.assertRaises(UserError), self.cr.savepoint():
            self.env["sale.order.line"].create(line)

    def test_nothing_stays_held_after_an_order_is_confirmed_or_cancelled(self):
        self.stock(5)
        self.order(2).action_confirm()
        cart = self.order(1)
        cart._claim_stock(cart.order_line._outstanding())
        self.assertEqual(self.promised(), 2)
        cart.action_cancel()
        self.assertEqual(self.promised(), 3)


@tagged("post_install", "-at_install")
class TestPaying(AllocationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stock(cls, 1)
        cls.acquirer = cls.env.ref("payment.payment_acquirer_transfer").copy({"name": "Test"})
        cls.acquirer.journal_id = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.env.company.id)], limit=1
        )

    def pay(self, order):
        """The customer goes to pay."""
        return order._create_payment_transaction({"acquirer_id": self.acquirer.id, "type": "form"})

    def expire(self, order):
        past = fields.Datetime.now() - timedelta(minutes=1)
        guard.passing(self.holds._of(order)).write({"expires_at": past})

    def test_two_carts_cannot_pay_for_the_last_unit(self):
        first, second = self.order(1), self.order(1)
        self.pay(first)
        with self.assertRaisesRegex(UserError, "can be promised 0.0"):
            self.pay(second)
        self.assertFalse(second.transaction_ids)
        with self.assertRaises(UserError), self.cr.savepoint():
            second.action_confirm()
        first.action_confirm()
        self.assertEqual(first.picking_ids.state, "assigned")

    def test_paying_again_holds_it_once(self):
        cart = self.order(1)
        self.pay(cart)
        self.pay(cart)
        self.assertEqual(sum(self.holds._open(self.warehouse, self.lamp).mapped("quantity")), 1)

    def test_a_changed_cart_holds_what_is_in_it(self):
        self.stock(2)
        cart = self.order(3)
        self.pay(cart)
        self.assertEqual(self.promised(), 0)
        cart.order_line.product_uom_qty = 1
        self.pay(cart)
        self.assertEqual(self.promised(), 2)

    def test_who_does_not_pay_in_time_lets_others_buy(self):
        first, second = self.order(1), self.order(1)
        self.pay(first)
        self.expire(first)
        self.pay(second)
        second.action_confirm()

    def test_who_paid_too_late_gets_an_order_and_somebody_is_told(self):
        first, second = self.order(1), self.order(1)
        transaction = self.pay(first)
        self.expire(first)
        self.pay(second)
        second.action_confirm()
        with self.assertRaises(UserError), self.cr.savepoint():
            first.action_confirm()
        self.env.cache.invalidate()
        transaction.write({"state": "done"})
        transaction._check_amount_and_confirm_order()
        self.assertEqual((first.state, first.picking_ids.state), ("sale", "confirmed"))
        self.assertIn("not in stock any more", first.activity_ids.note)

    def test_old_holds_are_forgotten(self):
        cart = self.order(1)
        self.pay(cart)
        self.holds._gc_holds()
        self.assertEqual(len(self.holds._of(cart)), 1)
        guard.passing(self.holds._of(cart)).write({"expires_at": fields.Datetime.now() - timedelta(days=2)})
        self.holds._gc_holds()
        self.assertFalse(self.holds._of(cart))
