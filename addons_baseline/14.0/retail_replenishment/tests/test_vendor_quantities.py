import psycopg2
from odoo import fields
from odoo.tests import SavepointCase, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestVendorQuantities(SavepointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env["stock.warehouse"].create({"name": "North", "code": "NOR"})
        cls.vendor = cls.env["res.partner"].create({"name": "Candle Works"})
        cls.other_vendor = cls.env["res.partner"].create({"name": "Wax Works"})
        cls.candle = cls.env["product.product"].create({"name": "Candle", "type": "product"})
        cls.buy = cls.env.ref("purchase_stock.route_warehouse0_buy")

    def price(self, minimum, multiple=0, price=2.0, vendor=None, **values):
        return self.env["product.supplierinfo"].create(
            {
                "name": (vendor or self.vendor).id,
                "product_tmpl_id": self.candle.product_tmpl_id.id,
                "min_qty": minimum,
                "order_multiple": multiple,
                "price": price,
                **values,
            }
        )

    def orderpoint(self, needed, **values):
        return self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.candle.id,
                "warehouse_id": self.warehouse.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "route_id": self.buy.id,
                "product_min_qty": needed,
                "product_max_qty": needed,
                **values,
            }
        )

    def ordered(self, orderpoint):
        """(quantity, price) of each line that the rule has on requests for quotation."""
        orderpoint.action_replenish()
        lines = self.env["purchase.order.line"].search([("orderpoint_id", "=", orderpoint.id)])
        return [(line.product_qty, line.price_unit) for line in lines]

    def test_nothing_below_the_minimum_and_at_its_price(self):
        self.price(12)
        self.assertEqual(self.ordered(self.orderpoint(3)), [(12, 2.0)])

    def test_more_than_the_minimum_is_ordered_as_needed(self):
        self.price(12)
        self.assertEqual(self.ordered(self.orderpoint(13)), [(13, 2.0)])

    def test_whole_multiples(self):
        self.price(12, multiple=5)
        self.assertEqual(self.ordered(self.orderpoint(3)), [(15, 2.0)])

    def test_a_multiple_that_is_met_stays(self):
        self.price(0, multiple=5)
        self.assertEqual(self.ordered(self.orderpoint(10)), [(10, 2.0)])

    def test_what_comes_on_top_does_not_take_the_minimum_again(self):
        self.price(12, multiple=2)
        orderpoint = self.orderpoint(3)
        self.assertEqual(self.ordered(orderpoint), [(12, 2.0)])
        orderpoint.write({"product_min_qty": 13, "product_max_qty": 13})
        self.assertEqual(self.ordered(orderpoint), [(14, 2.0)])

    def test_the_smallest_price_step_is_the_minimum(self):
        self.price(10, price=2.0)
        self.price(100, price=1.0)
        self.assertEqual(self.ordered(self.orderpoint(3)), [(10, 2.0)])

    def test_a_vendor_without_a_minimum_is_asked_as_core_does(self):
        self.price(12, sequence=1)
        self.price(0, price=3.0, vendor=self.other_vendor, sequence=2)
        self.assertEqual(self.ordered(self.orderpoint(3)), [(3, 3.0)])

    def test_a_price_that_is_over_or_of_another_company_does_not_count(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.price(12)
        self.price(1, date_end="2020-01-01")
        self.price(1, company_id=company.id)
        self.assertEqual(self.ordered(self.orderpoint(3)), [(12, 2.0)])

    def test_the_vendor_s_unit(self):
        self.candle.uom_po_id = self.env.ref("uom.product_uom_dozen")
        self.price(2, multiple=2)
        orderpoint = self.orderpoint(30)
        self.assertEqual((orderpoint.vendor_min_qty, orderpoint.vendor_multiple), (24, 24))
        self.assertEqual(self.ordered(orderpoint), [(4, 2.0)])

    def test_whoever_changes_the_quantity_by_hand(self):
        self.price(12)
        orderpoint = self.orderpoint(3)
        orderpoint.qty_to_order = 1
        self.assertEqual(self.ordered(orderpoint), [(12, 2.0)])

    def test_the_scheduler_does_the_same(self):
        self.price(12)
        orderpoint = self.orderpoint(3)
        self.env["procurement.group"].run_scheduler(company_id=orderpoint.company_id.id)
        line = self.env["purchase.order.line"].search([("orderpoint_id", "=", orderpoint.id)])
        self.assertEqual((line.product_qty, line.order_id.state), (12, "draft"))

    def test_what_a_customer_waits_for_is_left_to_the_buyer(self):
        self.price(12)
        groups = self.env["procurement.group"]
        values = {
            "warehouse_id": self.warehouse,
            "route_ids": self.buy,
            "date_planned": fields.Datetime.now(),
            "move_dest_ids": self.env["stock.move"],
            "orderpoint_id": self.env["stock.warehouse.orderpoint"],
        }
        place, company = self.warehouse.lot_stock_id, self.warehouse.company_id
        needed = groups.Procurement(self.candle, 3, self.candle.uom_id, place, "Sale", "Sale", company, values)
        groups.run([needed])
        line = self.env["purchase.order.line"].search([("product_id", "=", self.candle.id)])
        self.assertEqual(line.product_qty, 3)

    def test_it_is_shown_beside_what_is_needed(self):
        orderpoint = self.orderpoint(3)
        self.assertEqual((orderpoint.vendor_min_qty, orderpoint.vendor_multiple), (0, 0))
        self.price(12, multiple=6)
        orderpoint.invalidate_cache()
        self.assertEqual((orderpoint.qty_to_order, orderpoint.vendor_min_qty), (3, 12))
        self.assertEqual(orderpoint.vendor_multiple, 6)

    def test_no_negative_multiple(self):
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.price(1, multiple=-1)
