from odoo.tests import BaseCase, tagged

from ..models.opening_hours import attendances, is_span


@tagged("post_install", "-at_install")
class TestOpeningHours(BaseCase):
    def test_what_can_be_read(self):
        for text in ("10:00-20:00", "09:30-20:30", "00:00-24:00", "12:00-01:00", "closed"):
            self.assertTrue(is_span(text), text)
        for text in ("10-20", "10:00-25:00", "10:60-12:00", "24:30-10:00", "10:00-10:00", "open", ""):
            self.assertFalse(is_span(text), text)

    def test_days_that_end_after_midnight_are_two(self):
        week = {
            "fri": "12:00-01:00",
            "sun": "20:00-02:30",
            "mon": "09:30-18:00",
            "tue": "closed",
            "sat": "10:00-00:00",
        }
        self.assertEqual(
            attendances(week),
            [(0, 0.0, 2.5), (0, 9.5, 18.0), (4, 12.0, 24.0), (5, 0.0, 1.0), (5, 10.0, 24.0), (6, 20.0, 24.0)],
        )
