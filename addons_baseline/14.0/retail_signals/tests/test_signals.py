from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TODAY, SignalsCase

CODE = "returns_product"


@tagged("post_install", "-at_install")
class TestSignals(SignalsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.trust(CODE)
        cls.weeks_of_trade(cls.lamp, 3, last=14)
        for other in cls.others:
            cls.weeks_of_trade(other, 3)

    def test_it_says_in_words_and_numbers_what_is_unusual(self):
        signal = self.look(CODE)
        self.assertEqual((signal.product_id, signal.observed), (self.lamp, 14))
        self.assertEqual(signal.name, "Returned more than usual: Lamp")
        self.assertEqual(signal.explanation, "14 in 7 days; usual are 1 to 5")
        self.assertLess(signal.chance, 1 / 31)
        self.assertEqual((signal.first_seen, signal.last_seen), (TODAY, TODAY))

    def test_as_many_of_more_sold_are_not_unusual(self):
        self.happened("trade", 3, product_id=self.lamp.id, exposure=400)
        self.assertFalse(self.look(CODE))

    def test_a_season_that_all_have_is_nobody_s_signal(self):
        for other in self.others:
            self.happened("trade", 2, product_id=other.id, events=9)
        self.assertFalse(self.look(CODE))

    def test_few_are_never_unusual(self):
        self.kind(CODE).minimum = 15
        self.assertFalse(self.look(CODE))

    def test_it_is_the_same_as_long_as_it_goes_on(self):
        first = self.look(CODE)
        again = self.look(CODE, TODAY + timedelta(days=1))
        self.assertEqual((again, again.first_seen), (first, TODAY))
        self.assertEqual(again.last_seen, TODAY + timedelta(days=1))
        self.assertFalse(self.look(CODE, TODAY + timedelta(days=9)))
        self.assertEqual(first.state, "ended")
        self.assertNotEqual(self.look(CODE), first, "it began anew")

    def test_it_stands_on_the_board_until_somebody_has_judged_it(self):
        signal = self.look(CODE)
        found = self.on_board(signal)
        self.assertEqual(found.name, f"Returned more than usual: Lamp: {signal.explanation}")
        self.assertEqual(found.action_open_document()["res_id"], signal.id)
        signal.with_user(self.emil).action_wrong()
        self.assertEqual((signal.verdict, signal.judged_by), ("wrong", self.emil))
        self.assertFalse(self.on_board(signal))
        self.assertEqual(self.look(CODE), signal, "it goes on, and nobody is asked again")
        self.assertEqual(signal.verdict, "wrong")

    def on_board(self, signal):
        detector = self.detector("signals")
        detector._detect()
        self.assertFalse(detector.error)
        return detector.exception_ids.filtered(lambda each: each.state == "open" and each.res_id == signal.id)

    def test_how_many_were_right_is_counted(self):
        kind = self.kind(CODE)
        self.assertEqual((kind.judged_right, kind.judged_wrong, kind.precision), (0, 0, 0))
        for number, verdict in enumerate(("right", "right", "wrong")):
            signal = self.look(CODE, TODAY)
            signal._judge(verdict)
            self.look(CODE, TODAY + timedelta(days=30 + number))
        kind.invalidate_cache()
        self.assertEqual((kind.judged_right, kind.judged_wrong), (2, 1))
        self.assertAlmostEqual(kind.precision, 66.7, 1)

    def test_without_good_figures_it_is_off_and_says_why(self):
        check = self.env.ref("retail_signals.check_dates")
        self.set_quality(check, 80.0)
        self.assertFalse(self.look(CODE))
        self.assertEqual(
            self.kind(CODE).off_reason,
            "Movements entered when they happened, in %: 80, and at least 95 are needed. "
            "Enter receipts and deliveries on the day they happen.",
        )
        check.quality_ids.unlink()
        self.assertFalse(self.look(CODE))
        self.assertIn("has not been looked at yet", self.kind(CODE).off_reason)
        check.active = False
        self.kind(CODE).invalidate_cache()
        self.assertTrue(self.look(CODE), "who switches the check off answers for it")

    def test_when_figures_get_bad_its_signals_are_uncertain(self):
        signal = self.look(CODE)
        check = self.env.ref("retail_signals.check_dates")
        self.set_quality(check, 80.0)
        self.assertEqual(self.look(CODE, TODAY + timedelta(days=30)), signal, "not ended: nobody knows")
        self.assertTrue(signal.uncertain)
        self.assertTrue(signal.explanation.startswith("Uncertain: 14 in 7 days"))
        self.assertIn("Uncertain", self.on_board(signal).name)
        self.set_quality(check, 100.0)
        self.assertFalse(self.look(CODE).uncertain)

    def test_one_kind_that_fails_does_not_stop_the_others(self):
        signal = self.look(CODE)
        kind = self.kind(CODE)
        broken = patch("odoo.addons.retail_signals.models.kind.SERIES", "SELECT nonsense")
        with broken, mute_logger("odoo.sql_db", "odoo.addons.retail_signals.models.kind"):
            kind._look(TODAY)
        self.assertIn("nonsense", kind.error)
        self.assertEqual(signal.state, "open")
        self.look(CODE)

    def test_amounts_are_compared_with_their_median(self):
        self.trust("adjustments_store")
        usual = (90, 110, 100, 95, 105, 100, 900, 100, 97, 103, 100, 100)
        for week, amount in enumerate((800, *usual)):
            self.happened("adjusted", week * 7 + 1, warehouse_id=self.warehouse.id, events=1, amount=amount)
        signal = self.look("adjustments_store")
        self.assertEqual((signal.warehouse_id, signal.observed), (self.warehouse, 800))
        self.assertIn("800.00", signal.explanation)
        self.assertTrue(70 < signal.low < 100 < signal.high < 130, f"{signal.low} to {signal.high}")

    def test_discounts_are_of_persons_and_stores(self):
        self.trust("discounts_user", "discounts_store")
        for week in range(13):
            lines = {"exposure": 100, "user_id": self.emil.id, "warehouse_id": self.warehouse.id}
            self.happened("discounted", week * 7 + 1, events=5 if week else 40, **lines)
        signal = self.look("discounts_user")
        self.assertEqual((signal.user_id, signal.warehouse_id), (self.emil, self.warehouse))
        self.assertEqual(self.look("discounts_user"), signal, "it goes on")
        self.assertEqual(self.look("discounts_store").warehouse_id, self.warehouse)

    def test_another_company_s_are_not_seen_or_compared(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.cr.execute("UPDATE retail_signal_day SET company_id = %s", (other.id,))
        self.assertFalse(self.look(CODE))
        for quality in self.env["retail.signal.quality"].search([("company_id", "=", self.company.id)]):
            self.env["retail.signal.quality"]._set(quality.check_id, other, quality.value)
        self.kind(CODE)._look(TODAY)
        signal = self.env["retail.signal"].search([("company_id", "=", other.id)])
        self.assertEqual(len(signal), 1)
        self.assertFalse(self.env["retail.signal"].with_user(self.emil).search([("id", "=", signal.id)]))

    def test_the_cron_does_it_all(self):
        cron = self.env.ref("retail_signals.cron_signals")
        self.assertEqual((cron.interval_number, cron.interval_type, cron.active), (1, "days", True))
        cron.method_direct_trigger()
        self.assertTrue(self.env["retail.signal.quality"].search_count([("checked_at", "!=", False)]))
