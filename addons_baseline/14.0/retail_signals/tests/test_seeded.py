from odoo.tests import tagged

from ..judging import precision
from ..judging.counts import judge_counts
from ..judging.series import Series
from .common import SignalsCase
from .seeded import SEEDS, WEEKS, SeededShop


@tagged("post_install", "-at_install")
class TestSeeded(SignalsCase):
    """README.rst says how precise the statistics are; this shows that the database hands them the same figures."""

    def test_figures_in_the_database_lead_to_the_same_signals(self):
        self.trust("returns_product")
        # The first seed of which one is found.
        for seed in SEEDS:
            series, _wrong = SeededShop(seed).returns(products=120, anomalies=6)
            listed = [Series(key, *both) for key, both in series.items() if any(both[0])]
            expected = judge_counts(listed, precision.SMALLEST_COUNT, precision.FALSE_ALARMS)
            if expected:
                break
        products = self.env["product.product"].create([{"name": f"Seeded {key}"} for key in series])
        for key, (back, sold) in series.items():
            for week in range(WEEKS):
                figures = {"events": back[week], "exposure": sold[week]}
                # Any day of the week, in two rows.
                ago = (WEEKS - 1 - week) * 7
                self.happened(
                    "trade", ago + 1 + key % 7, product_id=products[key].id, exposure=figures["exposure"]
                )
                self.happened("trade", ago + 1 + week % 7, product_id=products[key].id, events=figures["events"])
        signals = self.look("returns_product")
        found = {(each.product_id, each.observed, round(each.chance, 9)) for each in signals}
        self.assertEqual(found, {(products[e.key], e.observed, round(e.chance, 9)) for e in expected})

    def test_the_readme_was_measured_with_the_limits_that_kinds_begin_with(self):
        stores = precision.SMALLEST_COUNT_OF_STORES
        smallest = {
            "returns_product": precision.SMALLEST_COUNT,
            "returns_store": stores,
            "returns_customer": precision.SMALLEST_COUNT,
            "adjustments_store": precision.SMALLEST_WRITTEN_OFF,
            "adjustments_product": precision.SMALLEST_COUNT,
            "adjustments_user": precision.SMALLEST_WRITTEN_OFF,
            "discounts_user": precision.SMALLEST_COUNT,
            "discounts_store": stores,
            "stock_out": precision.SMALLEST_COUNT,
        }
        for code, minimum in smallest.items():
            kind = self.kind(code)
            self.assertEqual((kind.minimum, kind.false_alarms), (minimum, precision.FALSE_ALARMS), code)
        banks = {"bank_lines": precision.SMALLEST_COUNT, "bank_amount": precision.SMALLEST_UNMATCHED}
        for code, minimum in banks.items():
            kind = self.kind(code)
            self.assertEqual((kind.minimum, kind.false_alarms), (minimum, precision.FALSE_ALARMS_OF_BANKS), code)
        self.assertEqual(self.kind("stock_out").likely, 100 * precision.LIKELY)
