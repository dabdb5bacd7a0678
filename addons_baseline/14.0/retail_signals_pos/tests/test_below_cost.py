from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import TillSignalsCase


@tagged("post_install", "-at_install")
class TestBelowCost(TillSignalsCase):
    """The lamp costs 10."""

    def below_cost(self):
        return self.found("till_below_cost").filtered(lambda each: each.product_id == self.lamp)

    def test_a_typed_price_below_cost_is_on_the_board(self):
        self.ring_up(1, price=10.0)
        self.assertFalse(self.below_cost(), "it costs no more")
        order = self.ring_up(3, price=9.0)
        found = self.below_cost()
        self.assertEqual((found.res_model, found.res_id), ("pos.order", order.id))
        self.assertEqual((found.quantity, found.value, found.warehouse_id), (3, 3, self.store))

    def test_so_is_what_is_given_away_and_a_large_discount(self):
        orders = self.ring_up(1, price=0.0) | self.ring_up(1, discount=90)
        self.assertEqual(set(self.below_cost().mapped("res_id")), set(orders.ids))

    def test_the_limit_is_in_per_cent(self):
        self.ring_up(1, price=6.0)
        self.detector("till_below_cost").limit = 70
        self.assertFalse(self.below_cost(), "it cost two thirds more")

    def test_a_return_gives_back_what_was_paid(self):
        self.ring_up(-2, price=6.0)
        self.assertFalse(self.below_cost())

    def test_a_discount_has_no_cost_and_services_are_no_goods(self):
        products = self.env["product.product"]
        discount = products.create({"name": "Discount", "type": "consu"})
        service = products.create({"name": "Repair", "type": "service", "standard_price": 50.0})
        for product, price in ((discount, -5.0), (service, 40.0)):
            self.ring_up(1, price=price, product=product)
        self.detector("till_below_cost")._detect()
        found = self.env["retail.exception"].search([("product_id", "in", (discount | service).ids)])
        self.assertFalse(found)

    def test_what_was_sold_long_ago_is_not_looked_at(self):
        order = self.ring_up(1, price=6.0)
        self.assertTrue(self.below_cost())
        self.env["base"].flush()
        before = fields.Datetime.now() - timedelta(days=8)
        self.cr.execute("UPDATE pos_order SET date_order = %s WHERE id = %s", (before, order.id))
        self.assertFalse(self.below_cost())

    def test_a_draft_is_no_sale_yet(self):
        order = self.ring_up(1, price=6.0)
        self.cr.execute("UPDATE pos_order SET state = 'draft' WHERE id = %s", (order.id,))
        self.assertFalse(self.below_cost())

    def test_the_cost_is_that_of_the_goods_that_left(self):
        self.move_goods(5, self.vendors, self.stock)
        self.ring_up(2, price=12.0)
        picking = self.transfer(self.till.picking_type_id, self.stock, self.customers)
        picking.pos_session_id = self.session
        picking.move_lines.quantity_done = 2
        picking._action_done()
        self.assertFalse(self.below_cost())
        self.lamp.standard_price = 20.0
        self.assertFalse(self.below_cost(), "it cost 10 when it was sold")
        self.session = self.another_session()
        order = self.ring_up(2, price=12.0)
        self.assertEqual(self.below_cost().res_id, order.id, "of these none has left yet")

    def another_session(self):
        till = self.env["pos.config"].create({"name": "Other", "payment_method_ids": [(6, 0, self.method.ids)]})
        till.open_session_cb()
        return till.current_session_id

    def test_prices_in_another_currency(self):
        order = self.ring_up(1, price=15.0)
        self.env["base"].flush()
        self.cr.execute("UPDATE pos_order SET currency_rate = 2 WHERE id = %s", (order.id,))
        self.assertEqual(self.below_cost().value, 2.5)
