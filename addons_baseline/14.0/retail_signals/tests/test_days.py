from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import SignalsCase


@tagged("post_install", "-at_install")
class TestDays(SignalsCase):
    def setUp(self):
        super().setUp()
        self.tomorrow = fields.Date.today() + timedelta(days=1)

    def days(self, measure):
        """Figures of the lamp, added up."""
        self.env["retail.signal.day"]._append(self.tomorrow)
        return self.sums(measure)

    def sums(self, measure):
        rows = self.rows(measure)
        return tuple(sum(rows.mapped(name)) for name in ("events", "exposure", "amount"))

    def rows(self, measure):
        domain = [("measure", "=", measure), ("product_id", "=", self.lamp.id)]
        return self.env["retail.signal.day"].search(domain)

    def test_what_is_sold_and_comes_back(self):
        self.move_goods(10, self.vendors, self.stock)
        self.move_goods(6, self.stock, self.customers)
        back = self.transfer(self.warehouse.in_type_id, self.customers, self.stock)
        self.move_goods(2, self.customers, self.stock, back)
        self.assertEqual(self.days("trade"), (2, 6, 50))
        rows = self.rows("trade")
        self.assertEqual(rows.warehouse_id, self.warehouse)
        self.assertEqual(rows.filtered("events").partner_id, self.partner)
        self.assertFalse(rows.filtered("exposure").partner_id, "who bought is of no use, and would be many rows")

    def test_what_comes_to_a_place_outside_of_the_store(self):
        returns = self.env["stock.location"].create({"name": "Returns", "usage": "internal"})
        back = self.transfer(self.warehouse.in_type_id, self.customers, returns)
        back.move_lines.picking_type_id = self.warehouse.in_type_id
        back.move_lines.quantity_done = 2
        back._action_done()
        self.days("trade")
        self.assertEqual(self.rows("trade").warehouse_id, self.warehouse)

    def test_what_is_written_off(self):
        self.move_goods(10, self.vendors, self.stock)
        loss = self.env["stock.location"].search(
            [("usage", "=", "inventory"), ("scrap_location", "=", True)], limit=1
        )
        self.move_goods(3, self.stock, loss)
        self.assertEqual(self.days("adjusted"), (1, 0, 30))

    def test_lines_with_a_discount(self):
        line = {"product_id": self.lamp.id, "product_uom_qty": 2, "price_unit": 25.0}
        lines = [(0, 0, {**line, "discount": discount}) for discount in (0, 20, 0)]
        order = self.env["sale.order"].create({"partner_id": self.partner.id, "order_line": lines})
        self.assertEqual(self.days("discounted"), (0, 0, 0), "it is not confirmed")
        order.action_confirm()
        self.assertEqual(self.days("discounted"), (1, 3, 10))
        self.assertEqual(self.rows("discounted").user_id, order.user_id)

    def test_a_day_is_added_up_when_it_is_over(self):
        self.move_goods(1, self.stock, self.customers)
        self.env["retail.signal.day"]._append(fields.Date.today())
        self.assertFalse(self.rows("trade"))

    def test_the_same_is_not_added_twice(self):
        self.move_goods(1, self.stock, self.customers)
        self.days("trade")
        rows = self.rows("trade")
        self.assertEqual(self.days("trade"), (0, 1, 0))
        self.assertEqual(self.rows("trade"), rows)

    def test_what_arrives_late_is_added_as_a_difference(self):
        self.move_goods(1, self.stock, self.customers)
        self.days("trade")
        first = self.rows("trade")
        move = self.move_goods(4, self.stock, self.customers)
        self.assertEqual(self.days("trade"), (0, 5, 0))
        self.assertEqual((self.rows("trade") - first).exposure, 4)
        self.assertEqual(first.exposure, 1)
        move.date -= timedelta(days=3)
        self.assertEqual(self.days("trade"), (0, 5, 0))
        self.assertEqual(len(self.rows("trade")), 4, "one taken back from today, one added to that day")

    def test_a_new_measure_is_read_from_half_a_year_ago_on_and_later_from_two_weeks(self):
        move = self.move_goods(1, self.stock, self.customers)
        move.date -= timedelta(days=100)
        self.assertEqual(self.days("trade"), (0, 1, 0))
        other = self.move_goods(2, self.stock, self.customers)
        other.date -= timedelta(days=100)
        self.assertEqual(self.days("trade"), (0, 1, 0), "nobody enters a sale of a hundred days ago")

    def test_what_is_too_old_is_forgotten(self):
        move = self.move_goods(1, self.stock, self.customers)
        move.date -= timedelta(days=180)
        self.days("trade")
        self.assertTrue(self.rows("trade"))
        self.env["retail.signal.day"]._append(self.tomorrow + timedelta(days=5))
        self.assertFalse(self.rows("trade"))
