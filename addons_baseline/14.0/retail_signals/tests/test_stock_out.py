from datetime import timedelta

from odoo.tests import tagged

from .common import TODAY, SignalsCase


@tagged("post_install", "-at_install")
class TestStockOut(SignalsCase):
    """A lamp of which ten are sold each week, all on Saturdays; TODAY is a Monday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.trust("stock_out")
        cls.env["stock.warehouse"].search([("id", "!=", cls.warehouse.id)]).write({"active": False})
        for week in range(8):
            cls.happened("trade", week * 7 + 2, product_id=cls.lamp.id, warehouse_id=cls.warehouse.id, exposure=10)

    def vendor(self, days):
        self.lamp.seller_ids = [(5,), (0, 0, {"name": self.partner.id, "delay": days})]

    def test_less_than_will_be_sold(self):
        self.move_goods(6, self.vendors, self.stock)
        signal = self.look("stock_out")
        self.assertEqual((signal.product_id, signal.warehouse_id), (self.lamp, self.warehouse))
        self.assertEqual((signal.observed, signal.expected), (6, 10))
        self.assertRegex(
            signal.explanation, "^6 there or on their way; usually . to 1. are sold until more can come$"
        )
        self.move_goods(20, self.vendors, self.stock)
        self.assertFalse(self.look("stock_out"))

    def test_nothing_at_all(self):
        self.assertAlmostEqual(self.look("stock_out").chance, 1, 2)

    def test_what_is_on_its_way_counts_if_it_comes_in_time(self):
        self.env.ref("retail_signals.kind_stock_out").lead_days = 7
        picking = self.transfer(self.warehouse.in_type_id, self.vendors, self.stock, 20)
        picking.move_lines.date = TODAY + timedelta(days=3)
        self.env["stock.move"].flush()
        self.assertFalse(self.look("stock_out"))
        picking.move_lines.date = TODAY + timedelta(days=10)
        self.assertTrue(self.look("stock_out"))

    def test_only_days_until_the_vendor_delivers_matter_and_which_days_they_are(self):
        self.vendor(days=4)
        self.assertFalse(self.look("stock_out"), "Monday to Thursday nothing is sold")
        self.vendor(days=6)
        self.assertTrue(self.look("stock_out"))
        self.move_goods(18, self.vendors, self.stock)
        self.assertFalse(self.look("stock_out"))
        self.vendor(days=20)
        self.assertEqual(self.look("stock_out").expected, 30, "three Saturdays")

    def test_a_store_that_is_supplied_does_not_wait_for_the_vendor(self):
        central = self.env["stock.warehouse"].create({"name": "Central", "code": "CEN"})
        self.vendor(days=20)
        self.move_goods(18, self.vendors, self.stock)
        self.assertTrue(self.look("stock_out"))
        self.warehouse.resupply_wh_ids = central
        self.assertFalse(self.look("stock_out"))

    def test_what_hardly_sells_is_no_signal(self):
        self.kind("stock_out").minimum = 11
        self.assertFalse(self.look("stock_out"))
