from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ..counting import Stocked, classes, due

TODAY = date(2026, 3, 1)
EVERY = {"A": 30, "B": 90, "C": 180}


def ago(days):
    return TODAY - timedelta(days=days)


@tagged("post_install", "-at_install")
class TestCounting(BaseCase):
    def test_the_dearest_movers_are_a(self):
        stocked = [Stocked(1, 5.0), Stocked(2, 80.0), Stocked(3, 15.0), Stocked(4, 0.0)]
        self.assertEqual(classes(stocked, 0.8, 0.95), {2: "A", 3: "B", 1: "C", 4: "C"})

    def test_what_passes_the_share_belongs_to_the_better_class(self):
        self.assertEqual(classes([Stocked(1, 100.0), Stocked(2, 1.0)], 0.5, 0.9), {1: "A", 2: "C"})

    def test_where_nothing_moved_everything_is_c(self):
        self.assertEqual(classes([Stocked(1, 0.0), Stocked(2, 0.0)], 0.8, 0.95), {1: "C", 2: "C"})

    def test_nothing_at_all(self):
        self.assertEqual(classes([], 0.8, 0.95), {})
        self.assertEqual(due([], {}, EVERY, TODAY), [])

    def test_due_on_the_day_itself_and_not_before(self):
        stocked = [Stocked(1, 9.0, ago(30)), Stocked(2, 9.0, ago(29))]
        self.assertEqual(due(stocked, {1: "A", 2: "A"}, EVERY, TODAY), [1])

    def test_never_counted_first_then_by_how_late(self):
        stocked = [Stocked(1, 1.0, ago(101)), Stocked(2, 5.0, ago(40)), Stocked(3, 0.0), Stocked(4, 9.0)]
        found = {1: "B", 2: "A", 3: "C", 4: "A"}
        self.assertEqual(due(stocked, found, EVERY, TODAY), [4, 3, 1, 2])
