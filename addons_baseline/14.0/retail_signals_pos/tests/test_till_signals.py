from datetime import timedelta

from odoo import fields
from odoo.addons.retail_signals.judging import precision
from odoo.tests import tagged

from .common import TillSignalsCase


@tagged("post_install", "-at_install")
class TestTillSignals(TillSignalsCase):
    def figures(self, measure):
        """Added up, with person and store."""
        self.env["retail.signal.day"]._append(fields.Date.today() + timedelta(days=1))
        rows = self.env["retail.signal.day"].search(
            [("measure", "=", measure), ("warehouse_id", "=", self.store.id)]
        )
        rows = rows.filtered(lambda row: row.product_id in (self.lamp, self.env["product.product"]))
        sums = tuple(sum(rows.mapped(name)) for name in ("events", "exposure", "amount"))
        return (*sums, rows.user_id)

    def test_lines_that_go_back_or_have_a_discount(self):
        self.ring_up(2)
        self.ring_up(2, discount=10)
        self.ring_up(-1)
        self.assertEqual(self.figures("till_returned"), (1, 3, 25, self.session.user_id))
        self.assertEqual(self.figures("till_discounted"), (1, 2, 5, self.session.user_id))

    def test_cash_that_is_not_what_it_should_be(self):
        before = self.figures("till_cash")[:3]
        self.ring_up(2)
        self.session.write({"state": "closed", "stop_at": fields.Datetime.now(), "cash_real_difference": -12.5})
        after = self.figures("till_cash")
        self.assertEqual([new - old for new, old in zip(after, before)], [1, 1, 12.5])
        self.assertIn(self.session.user_id, after[3])

    def test_a_cashier_whose_cash_is_unusual(self):
        self.trust("till_cash_user")
        people = self.env["res.users"].create([{"name": f"C{n}", "login": f"c{n}"} for n in range(10)])
        for week in range(13):
            for number, person in enumerate(people):
                amount = 120 if not week and not number else 2 + (number + week) % 5
                self.happened("till_cash", week * 7 + 1, user_id=person.id, exposure=1, amount=amount)
        signal = self.look("till_cash_user")
        self.assertEqual((signal.user_id, signal.observed), (people[0], 120))
        self.assertIn("120.00", signal.explanation)

    def trust(self, *codes):
        for code in codes:
            for check in self.kind(code).check_ids:
                self.set_quality(check, 100.0)

    @classmethod
    def kind(cls, code):
        return cls.env.ref(f"retail_signals_pos.kind_{code}")

    def test_limits_are_those_of_the_readme(self):
        smallest = {
            "till_cash_user": precision.SMALLEST_MISSING,
            "till_cash_store": precision.SMALLEST_MISSING_IN_STORES,
            "till_returns_user": precision.SMALLEST_COUNT,
            "till_discounts_user": precision.SMALLEST_COUNT,
        }
        self.assertEqual({code: self.kind(code).minimum for code in smallest}, smallest)
        self.assertEqual(self.kind("till_cash_user").false_alarms, precision.FALSE_ALARMS)

    def test_sessions_that_stay_open(self):
        check = self.env.ref("retail_signals_pos.check_sessions")
        self.assertEqual(set(check.kind_ids), set(map(self.kind, self.codes())))
        self.cr.execute("DELETE FROM pos_session WHERE id != %s", (self.session.id,))
        self.session.write({"start_at": self.ago(days=3), "stop_at": self.ago(days=2, hours=12)})
        self.env["pos.session"].flush()
        check._check()
        self.assertEqual(check.quality_ids.filtered(lambda each: each.company_id == self.company).value, 100)
        self.session.stop_at = False
        self.env["pos.session"].flush()
        check._check()
        quality = check.quality_ids.filtered(lambda each: each.company_id == self.company)
        self.assertEqual((quality.value, quality.green, quality.known), (0, False, True))

    def codes(self):
        return ("till_cash_user", "till_cash_store", "till_returns_user", "till_discounts_user")

    def test_payments_that_are_not_what_was_sold(self):
        detector = self.detector("till_payments")
        self.ring_up(2, paid=50.02)
        self.assertFalse(self.payments_found(detector), "cash is rounded")
        self.ring_up(2, paid=40.0)
        found = self.payments_found(detector)
        self.assertEqual((found.res_id, found.quantity, found.value), (self.session.id, 1, 10))
        self.assertEqual(found.warehouse_id, self.store)

    def payments_found(self, detector):
        detector._detect()
        self.assertFalse(detector.error)
        mine = detector.exception_ids.filtered(lambda each: each.res_id == self.session.id)
        return mine.filtered(lambda each: each.state == "open")
