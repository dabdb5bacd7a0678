from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import BoardCase


@tagged("post_install", "-at_install")
class TestStock(BoardCase):
    def test_less_than_nothing(self):
        self.move_goods(2, self.stock, self.customers)
        found = self.found("negative_stock")
        self.assertEqual((found.quantity, found.value), (-2, -50))
        self.assertEqual((found.warehouse_id, found.company_id), (self.warehouse, self.company))
        self.assertEqual(found.name, f"Less than nothing in stock: {self.lamp.display_name}")
        self.move_goods(2, self.vendors, self.stock)
        self.assertFalse(self.found("negative_stock"))

    def test_more_reserved_than_there_is(self):
        self.move_goods(3, self.vendors, self.stock)
        quant = self.env["stock.quant"]._gather(self.lamp, self.stock)
        quant.reserved_quantity = 3
        self.assertFalse(self.found("over_reserved"))
        quant.reserved_quantity = 5
        self.assertEqual(self.found("over_reserved").quantity, 2)

    def test_a_count_that_is_worth_a_lot(self):
        self.move_goods(20, self.vendors, self.stock)
        self.count(10)
        self.assertFalse(self.found("count_differences"), "it is worth 100, and that is the limit")
        self.count(21)
        found = self.found("count_differences")
        self.assertEqual((found.quantity, found.value, found.warehouse_id), (11, 110, self.warehouse))
        self.assertEqual(found.action_open_document()["res_model"], "stock.inventory")

    def count(self, quantity):
        count = self.env["stock.inventory"].create(
            {"name": "Count", "location_ids": self.stock.ids, "product_ids": self.lamp.ids}
        )
        count.action_start()
        count.line_ids.product_qty = quantity
        count.action_validate()


@tagged("post_install", "-at_install")
class TestTrade(BoardCase):
    def test_a_receipt_that_is_late(self):
        picking = self.transfer(self.warehouse.in_type_id, self.vendors, self.stock)
        picking.scheduled_date = self.ago(hours=23)
        self.assertFalse(self.found("late_receipts"))
        picking.scheduled_date = self.ago(hours=25)
        found = self.found("late_receipts")
        self.assertEqual((found.res_id, found.quantity, found.value), (picking.id, 2, 50))
        self.assertEqual((found.warehouse_id, found.partner_id), (self.warehouse, self.partner))
        picking.move_lines.quantity_done = 2
        picking._action_done()
        self.assertFalse(self.found("late_receipts"))

    def test_a_delivery_that_waits_and_then_stands_ready(self):
        picking = self.transfer(self.warehouse.out_type_id, self.stock, self.customers)
        picking.scheduled_date = self.ago(hours=30)
        self.assertEqual(self.found("waiting_deliveries").res_id, picking.id)
        self.assertFalse(self.found("ready_not_shipped"))
        self.move_goods(2, self.vendors, self.stock)
        picking.action_assign()
        self.assertFalse(self.found("waiting_deliveries"))
        self.assertEqual(self.found("ready_not_shipped").res_id, picking.id)

    def test_what_comes_back_often(self):
        out = self.transfer(self.warehouse.out_type_id, self.stock, self.customers, 20)
        self.move_goods(20, self.stock, self.customers, out)
        back = self.transfer(self.warehouse.in_type_id, self.customers, self.stock, 4)
        self.move_goods(4, self.customers, self.stock, back)
        self.assertFalse(self.found("returned_products"), "20 per cent, and fewer than five")
        self.move_goods(1, self.customers, self.stock, back)
        self.assertEqual(self.found("returned_products").quantity, 5)
        self.assertFalse(self.found("returning_customers"), "not half of it yet")
        self.move_goods(6, self.customers, self.stock, back)
        found = self.found("returning_customers")
        self.assertEqual((found.partner_id, found.quantity), (self.partner, 11))
        self.assertEqual(found.warehouse_id, self.warehouse)

    def goods(self, store, sold, back):
        """So many of the lamp go out of a store to Weber, and so many come back into it."""
        place = store.lot_stock_id
        for kind, source, target, quantity in (
            (store.out_type_id, place, self.customers, sold),
            (store.in_type_id, self.customers, place, back),
        ):
            if quantity:
                self.move_goods(quantity, source, target, self.transfer(kind, source, target, quantity))

    def test_what_comes_back_is_seen_in_the_store_that_sold_it(self):
        other = self.env["stock.warehouse"].create({"name": "Hill", "code": "HIL"})
        self.goods(self.warehouse, 100, 3)
        self.goods(other, 6, 5)
        for code in ("returned_products", "returning_customers"):
            found = self.found(code)
            self.assertEqual((found.warehouse_id, found.quantity), (other, 5), "over both it is too little")
        self.goods(self.warehouse, 0, 60)
        found = self.found("returned_products").sorted("quantity")
        self.assertEqual(found.mapped("quantity"), [5, 63, 68])
        self.assertEqual([each.warehouse_id.id for each in found], [other.id, self.warehouse.id, False])

    def test_little_in_each_store_is_seen_over_all(self):
        other = self.env["stock.warehouse"].create({"name": "Hill", "code": "HIL"})
        self.goods(self.warehouse, 4, 3)
        self.goods(other, 4, 3)
        found = self.found("returning_customers")
        self.assertEqual((found.quantity, found.warehouse_id.ids), (6, []))

    def test_what_comes_back_elsewhere_counts_where_it_was_sold(self):
        other = self.env["stock.warehouse"].create({"name": "Hill", "code": "HIL"})
        sold = self.move_goods(100, self.warehouse.lot_stock_id, self.customers)
        back = self.move_goods(8, self.customers, other.lot_stock_id)
        self.assertEqual(self.found("returned_products").warehouse_id, other)
        back.origin_returned_move_id = sold
        self.assertFalse(self.found("returned_products"))

    def test_sold_for_less_than_it_cost(self):
        self.move_goods(5, self.vendors, self.stock)
        dear, cheap = self.sale(12.0), self.sale(6.0)
        found = self.found("sold_below_cost")
        self.assertEqual((found.res_id, found.quantity, found.value), (cheap.id, 2, 8))
        self.assertNotEqual(found.res_id, dear.id)
        self.detector("sold_below_cost").limit = 70
        self.assertFalse(self.found("sold_below_cost"), "it cost two thirds more")

    def sale(self, price):
        line = {"product_id": self.lamp.id, "product_uom_qty": 2, "price_unit": price}
        order = self.env["sale.order"].create({"partner_id": self.partner.id, "order_line": [(0, 0, line)]})
        order.action_confirm()
        order.picking_ids.move_lines.quantity_done = 2
        order.picking_ids._action_done()
        return order

    def test_a_detector_that_nobody_knows(self):
        with self.assertRaisesRegex(ValidationError, "No addon knows a detector moon"):
            self.env["retail.detector"].create({"code": "moon", "name": "Moon", "advice": "Look up."})
