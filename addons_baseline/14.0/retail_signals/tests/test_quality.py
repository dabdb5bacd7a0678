from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SignalsCase


@tagged("post_install", "-at_install")
class TestQuality(SignalsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = cls.env["res.company"].create({"name": "Elsewhere"})

    def measured(self, code, company=None):
        """Value of this check; None when it is not known."""
        check = self.env.ref(f"retail_signals.check_{code}")
        check._check()
        self.assertFalse(check.error)
        quality = check.quality_ids.filtered(lambda each: each.company_id == (company or self.company))
        self.assertEqual(quality.green, quality.known and check._is_good(quality.value))
        return quality.value if quality.known else None

    def traded(self, product, ago=1, **figures):
        day = self.happened("trade", 0, product_id=product.id, exposure=1, **figures)
        self.cr.execute(
            "UPDATE retail_signal_day SET date = %s WHERE id = %s", (self.ago(days=ago).date(), day.id)
        )

    def test_what_is_not_known_is_not_good(self):
        check = self.env.ref("retail_signals.check_negative")
        self.assertIsNone(self.measured("negative", self.elsewhere))
        quality = check.quality_ids.filtered(lambda each: each.company_id == self.elsewhere)
        self.assertFalse(quality.green)
        self.assertIn("there are no figures yet", quality.explanation)

    def test_days_of_history(self):
        self.assertIsNone(self.measured("history"))
        self.traded(self.lamp, ago=90)
        self.assertEqual(self.measured("history"), 90)
        self.assertFalse(self.green("history"))
        self.traded(self.lamp, ago=91)
        self.assertEqual(self.measured("history"), 91)
        self.assertTrue(self.green("history"))

    def green(self, code):
        qualities = self.env.ref(f"retail_signals.check_{code}").quality_ids
        return qualities.filtered(lambda each: each.company_id == self.company).green

    def test_categories_and_costs(self):
        shade = self.others[0]
        lamps = self.env["product.category"].create({"name": "Lamps"})
        self.lamp.categ_id = lamps
        shade.type = "product"
        self.traded(self.lamp)
        self.traded(shade)
        self.assertEqual(self.measured("categories"), 50)
        self.assertEqual(self.measured("costs"), 50, "the lamp has one")
        shade.write({"categ_id": lamps.id, "standard_price": 4.0})
        self.assertEqual(self.measured("categories"), 100)
        self.assertEqual(self.measured("costs"), 100)

    def test_products_are_approved_where_nobody_has_to(self):
        self.traded(self.lamp)
        if "approval_state" not in self.env["product.template"]._fields:
            self.assertEqual(self.measured("approved"), 100)

    def test_movements_entered_later(self):
        self.cr.execute("DELETE FROM stock_move WHERE company_id = %s", (self.company.id,))
        moves = [self.move_goods(1, self.vendors, self.stock) for _each in range(4)]
        self.assertEqual(self.measured("dates"), 100)
        moves[0].date -= timedelta(days=3)
        moves[1].date += timedelta(days=3)
        self.assertEqual(self.measured("dates"), 50)

    def test_stock_below_zero(self):
        self.cr.execute("DELETE FROM stock_quant WHERE company_id = %s", (self.company.id,))
        self.env.cache.invalidate()
        self.move_goods(3, self.vendors, self.stock)
        self.assertEqual(self.measured("negative"), 0)
        self.move_goods(4, self.stock, self.customers)
        self.assertEqual(self.measured("negative"), 100)
        self.assertFalse(self.green("negative"))

    def test_stores_that_were_counted(self):
        self.move_goods(3, self.vendors, self.stock)
        before = self.measured("counted")
        store = self.env["stock.warehouse"].create({"name": "Blois", "code": "BLO"})
        self.move_goods(3, self.vendors, store.lot_stock_id)
        self.assertLessEqual(self.measured("counted"), before)
        low = self.measured("counted")
        count = self.env["stock.inventory"].create(
            {"name": "Count", "location_ids": store.lot_stock_id.ids, "product_ids": self.lamp.ids}
        )
        count.action_start()
        count.line_ids.product_qty = 3
        count.action_validate()
        self.assertGreater(self.measured("counted"), low)

    def test_sellers_that_are_known(self):
        self.assertIsNone(self.measured("sellers"))
        for user, events, known in ((False, 0, 100), (self.emil.id, 3, 100), (False, 1, 75)):
            day = self.happened("discounted", 0, user_id=user, events=events, exposure=4)
            self.cr.execute("UPDATE retail_signal_day SET date = now()::date - 1 WHERE id = %s", (day.id,))
            self.assertEqual(self.measured("sellers"), known)

    def test_a_check_that_fails_is_not_good(self):
        check = self.env.ref("retail_signals.check_negative")
        self.move_goods(3, self.vendors, self.stock)
        self.assertIsNotNone(self.measured("negative"))
        broken = patch.object(type(check), "_query_negative", lambda self: "SELECT nonsense")
        with broken, mute_logger("odoo.sql_db", "odoo.addons.retail_signals.models.check"):
            check._check()
        self.assertIn("nonsense", check.error)
        self.assertFalse(self.green("negative"))

    def test_a_check_that_nobody_knows(self):
        with self.assertRaisesRegex(ValidationError, "No addon knows a check moon"):
            self.env["retail.signal.check"].create(
                {
                    "code": "moon",
                    "name": "Moon",
                    "advice": "Look up.",
                    "direction": "most",
                    "limit": 1,
                    "unit": "days",
                }
            )
