"""The statistics by themselves, against sums that can be written down and tables that are known."""

from math import comb, exp, factorial

from odoo.tests import BaseCase, tagged

from ..judging.amounts import judge_amounts
from ..judging.chance import at_least, quantile, t_at_least
from ..judging.counts import judge_counts
from ..judging.series import Series, Stock
from ..judging.stock import judge_stock


@tagged("post_install", "-at_install")
class TestChance(BaseCase):
    def test_the_negative_binomial_tail_is_the_sum_of_its_terms(self):
        # Of size 3 and chance 0.4: mean 4.5, variance 11.25.
        below = sum(comb(k + 2, k) * 0.4**3 * 0.6**k for k in range(9))
        self.assertAlmostEqual(at_least(9, 4.5, 11.25), 1 - below, 12)

    def test_without_more_variance_it_is_poisson_s(self):
        below = sum(exp(-3) * 3**k / factorial(k) for k in range(5))
        self.assertAlmostEqual(at_least(5, 3, 3), 1 - below, 5)
        self.assertAlmostEqual(at_least(5, 3, 1), 1 - below, 5)

    def test_ends(self):
        self.assertEqual((at_least(0, 3, 3), at_least(1, 0, 0)), (1, 0))
        self.assertLess(at_least(10_000, 10, 20), 1e-100)
        self.assertAlmostEqual(at_least(100_000, 100_000, 200_000), 0.5, 2)

    def test_student_s_t_is_the_table_s(self):
        for value, degrees, tail in ((2.201, 11, 0.025), (6.314, 1, 0.05), (1.96, 100_000, 0.025)):
            self.assertAlmostEqual(t_at_least(value, degrees), tail, 4)
        self.assertAlmostEqual(t_at_least(-2.201, 11), 0.975, 4)

    def test_a_quantile_is_the_first_that_reaches_it(self):
        for share in (0.1, 0.5, 0.9):
            found = quantile(share, 7, 20)
            self.assertGreaterEqual(1 - at_least(found + 1, 7, 20), share)
            self.assertLess(1 - at_least(found, 7, 20), share)


@tagged("post_install", "-at_install")
class TestCounts(BaseCase):
    def found(self, last, others=20, usual=4, **arguments):
        past = (usual - 1, usual + 1) * 6
        series = [Series(0, (*past, last)), *(Series(key, (*past, usual)) for key in range(1, others + 1))]
        return {each.key for each in judge_counts(series, **{"minimum": 5, "false_alarms": 1.0, **arguments})}

    def test_many(self):
        self.assertEqual(self.found(14), {0})
        self.assertEqual(self.found(7), set())

    def test_fewer_accepted_false_alarms_find_less(self):
        self.assertEqual(self.found(11), {0})
        self.assertEqual(self.found(11, false_alarms=0.01), set())

    def test_more_that_are_watched_need_more(self):
        self.assertEqual(self.found(10), {0})
        self.assertEqual(self.found(10, others=2000), set())

    def test_who_never_had_any_is_compared_with_all(self):
        others = [Series(key, (4, 3, 5, 4) * 3 + (4,)) for key in range(1, 21)]
        never = Series(0, (0,) * 12 + (6,))
        self.assertEqual([each.key for each in judge_counts([never, *others], 5, 1.0)], [0])

    def test_an_anomaly_of_the_past_does_not_hide_the_next(self):
        past = (4,) * 11 + (40,)
        others = [Series(key, (4,) * 13) for key in range(1, 60)]
        self.assertEqual([each.key for each in judge_counts([Series(0, (*past, 40)), *others], 5, 1.0)], [0])

    def test_nothing(self):
        self.assertEqual(judge_counts([], 5, 1.0), [])
        self.assertEqual(judge_counts([Series(0, (0,) * 13)], 0, 1.0), [])


@tagged("post_install", "-at_install")
class TestAmounts(BaseCase):
    def found(self, *values, smallest=10.0):
        return judge_amounts([Series(0, values)], smallest, 0.05)

    def test_one_bad_week_of_the_past_moves_nothing(self):
        usual = (100, 104, 96, 100, 98, 102, 100, 104, 96, 100, 98, 1000)
        (found,) = self.found(*usual, 300)
        self.assertAlmostEqual(found.expected, 100, 0)

    def test_an_amount_that_does_not_matter(self):
        self.assertEqual(self.found(*(0.0,) * 12, 9.0), [])
        self.assertTrue(self.found(*(0.0,) * 12, 50.0))

    def test_less_than_usual_is_no_signal(self):
        self.assertEqual(self.found(*(100.0, 110.0) * 6, 0.0), [])


@tagged("post_install", "-at_install")
class TestStock(BaseCase):
    def test_chance_and_limit(self):
        stocks = [Stock(key, (10, 8, 12, 9, 11, 10, 10, 10), 1.0, there) for key, there in enumerate((2, 9, 25))]
        found = {each.key: each.chance for each in judge_stock(stocks, 5, 0.5)}
        self.assertEqual(set(found), {0, 1})
        self.assertGreater(found[0], 0.99)
        self.assertEqual(judge_stock(stocks, 11, 0.5), [])

    def test_a_week_without_sales_gives_none(self):
        self.assertEqual(judge_stock([Stock(0, (10,) * 8, 0.0, 0)], 5, 0.5), [])
