from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import TillCase

# A Wednesday; Berlin is an hour ahead.
NOON = fields.Datetime.to_datetime("2026-11-25 12:00:00")


@tagged("post_install", "-at_install")
class TestPolicy(TillCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policies = cls.env["retail.till.policy"]
        cls.general = cls.env.ref("retail_till.policy_all_tills")
        hours = [(8, 13, "morning"), (14, 18, "afternoon")]
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Shop",
                "tz": "Europe/Berlin",
                "attendance_ids": [(5, 0, 0)]
                + [
                    (0, 0, {"name": "Open", "dayofweek": "2", "hour_from": a, "hour_to": b, "day_period": period})
                    for a, b, period in hours
                ],
            }
        )

    def own(self, **values):
        return self.policies.create({"name": "Own", "config_ids": [(6, 0, self.till.ids)], **values})

    def of_this_till(self):
        return self.policies._of_tills(self.till).get(self.till.id)

    def test_the_first_that_fits(self):
        self.assertEqual(self.of_this_till(), self.general)
        own = self.own()
        self.assertEqual(self.of_this_till(), own)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        own.company_id = other
        self.assertEqual(self.of_this_till(), self.general)
        self.general.active = False
        self.assertIsNone(self.of_this_till())

    def open_since(self, hour, minute=0):
        """In hours of UTC."""
        return self.policies._open_since(self.calendar, NOON.replace(hour=hour, minute=minute))

    def test_open_since_in_the_shops_own_time(self):
        for hour, minute, expected in ((7, 0, 7), (9, 30, 7), (13, 0, 13), (16, 59, 13)):
            self.assertEqual(self.open_since(hour, minute), NOON.replace(hour=expected))

    def test_closed_at_night_at_noon_and_on_other_days(self):
        for hour, minute in ((6, 59), (12, 0), (12, 30), (17, 0), (23, 0)):
            self.assertIs(self.open_since(hour, minute), False)
        self.assertIs(self.policies._open_since(self.calendar, NOON + timedelta(days=1)), False)

    def test_closed_on_a_holiday(self):
        holiday = {"name": "Fair", "date_from": NOON.replace(hour=0), "date_to": NOON.replace(hour=23)}
        self.calendar.global_leave_ids = [(0, 0, holiday)]
        self.assertIs(self.open_since(9), False)

    def test_without_hours_a_shop_is_always_open(self):
        self.assertLess(self.policies._open_since(self.own()._hours_of(self.till), NOON), NOON)

    def test_limits_are_at_least_a_minute(self):
        for name in ("silent_minutes", "pending_minutes"):
            with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
                self.own(**{name: 0})
