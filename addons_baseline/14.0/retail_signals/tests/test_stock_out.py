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
        self.vendors_of_the_lamp({"delay": days})

    def vendors_of_the_lamp(self, *lines):
        self.lamp.seller_ids = [(5,), *((0, 0, {"name": self.partner.id, **values}) for values in lines)]
        self.lamp.seller_ids.flush()

    def saturdays(self):
        """How many there are until more can come, at ten lamps each."""
        return self.look("stock_out").expected / 10

    def bought_by(self):
        """Core's choice."""
        return self.lamp.with_company(self.company)._select_seller(quantity=100, date=TODAY)

    def variant(self):
        """Another one of the lamp; of those that are active no two may be alike."""
        values = {"product_tmpl_id": self.lamp.product_tmpl_id.id, "active": False}
        return self.env["product.product"].create(values)

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

    def test_the_days_are_those_of_the_vendor_that_odoo_would_buy_from(self):
        """Who is not the quickest."""
        other = self.env["res.partner"].create({"name": "Quick Works"})
        gone = self.env["res.partner"].create({"name": "Gone Works", "active": False})
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        days = {"date_start": TODAY, "date_end": TODAY}
        chosen = {"sequence": 1, "min_qty": 9, "price": 4, "delay": 20, "company_id": False, **days}
        for quick in (
            {"sequence": 2},
            {"sequence": 1, "min_qty": 1, "price": 1},
            {"sequence": 1, "min_qty": 9, "price": 5},
            {"sequence": 0, "date_end": TODAY - timedelta(days=1)},
            {"sequence": 0, "date_start": TODAY + timedelta(days=1)},
            {"sequence": 0, "company_id": elsewhere.id},
            {"sequence": 0, "name": gone.id},
            {"sequence": 0, "product_id": self.variant().id},
        ):
            self.vendors_of_the_lamp({"name": other.id, "delay": 6, **quick}, chosen)
            with self.subTest(quick):
                self.assertEqual(self.bought_by().delay, 20)
                self.assertEqual(self.saturdays(), 3)

    def test_a_line_that_is_not_valid_counts_where_no_other_is(self):
        self.vendors_of_the_lamp({"date_end": TODAY - timedelta(days=1), "delay": 20})
        self.assertEqual(self.saturdays(), 3)

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
