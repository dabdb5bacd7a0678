from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.tests import tagged

from .common import ProcedureCase


@tagged("post_install", "-at_install")
class TestReminders(ProcedureCase):
    def run_on_day(self, days):
        """The day's run, so many days after people were asked."""
        with freeze_time(fields.Datetime.now() + timedelta(days=days)):
            self.env["retail.sop"]._cron_ask()

    def test_nobody_is_reminded_before_it_is_due(self):
        self.run_on_day(14)
        self.assertFalse(self.readings().activity_ids)

    def test_who_is_late_is_reminded_once_until_it_is_read(self):
        self.has_read(self.cora)
        self.run_on_day(15)
        self.run_on_day(16)
        reading = self.owed(self.carl)
        self.assertEqual(reading.activity_ids.user_id, self.carl)
        self.assertEqual(len(reading.activity_ids), 1)
        self.assertFalse(self.readings(self.cora).activity_ids)
        with freeze_time(fields.Datetime.now() + timedelta(days=16)):
            self.assertEqual((reading.overdue, self.sop.overdue_count), (True, 1))
            self.assertEqual(reading.search([("overdue", "=", True), ("sop_id", "=", self.sop.id)]), reading)
            self.assertNotIn(reading, reading.search([("overdue", "=", False)]))
        self.has_read(self.carl)
        self.assertFalse(reading.activity_ids)

    def test_whoever_only_puts_the_reminder_away_is_reminded_again(self):
        self.run_on_day(15)
        self.owed(self.carl).with_user(self.carl).activity_ids.action_done()
        self.run_on_day(16)
        self.assertTrue(self.owed(self.carl).activity_ids)

    def test_the_reminder_goes_with_what_is_not_needed_any_more(self):
        self.run_on_day(15)
        reading = self.owed(self.carl)
        self.sop.active = False
        self.assertEqual((reading.state, reading.activity_ids.ids), ("void", []))
