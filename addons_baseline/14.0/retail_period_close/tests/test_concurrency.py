from datetime import date

from odoo.addons.retail_base import guard
from odoo.addons.retail_base.tests.at_once import AtOnceCase
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import LockNotAvailable

# Nothing happened then; what these tests commit is of this month, and taken out again.
FIRST, WITHIN, LAST = date(1999, 1, 1), date(1999, 1, 10), date(1999, 1, 31)


@tagged("post_install", "-at_install")
class TestBookingWhileClosing(AtOnceCase):
    def setUp(self):
        super().setUp()
        with self.environment() as env:
            self.company = env.ref("base.main_company").id
            days = {"date_from": FIRST, "date_to": LAST, "company_id": self.company}
            self.period = env["retail.period.close"].create(days).id
            self.entry = None

    def remove(self):
        with self.environment() as env:
            guard.passing(env["res.company"].browse(self.company)).write({"retail_closed_until": False})
            env["account.move"].browse(self.entry or []).unlink()
            env["retail.period.close"].browse(self.period).unlink()

    def draft(self, env):
        journal = env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", self.company)], limit=1
        )
        account = env["account.account"].search(
            [("company_id", "=", self.company), ("internal_group", "=", "expense")], limit=1
        )
        lines = [(0, 0, {"account_id": account.id, "debit": side, "credit": 5 - side}) for side in (0, 5)]
        entry = env["account.move"].create({"journal_id": journal.id, "date": WITHIN, "line_ids": lines})
        self.entry = entry.id
        return entry

    def test_a_booking_that_began_before_the_close_does_not_get_in(self):
        with self.environment() as env:
            self.draft(env)
        with self.environment() as slow:
            entry = slow["account.move"].browse(self.entry)
            self.assertEqual(entry.state, "draft")
            with self.environment() as quick:
                company = quick["res.company"].browse(self.company)
                guard.passing(company).write({"retail_closed_until": LAST})
            # Odoo tries the request again after this error, and then it is refused in words.
            with self.too_late(slow):
                entry.action_post()
            with self.assertRaisesRegex(UserError, "prior to and inclusive of the lock date"):
                entry.action_post()
            slow.cr.rollback()

    def test_the_close_waits_for_a_booking_that_is_under_way(self):
        with self.environment() as booking, self.environment() as closing:
            booking["res.company"].browse(self.company)._retail_hold_open(WITHIN)
            closing.cr.execute("SET LOCAL lock_timeout = '100ms'")
            with self.assertRaises(LockNotAvailable), mute_logger("odoo.sql_db"):
                closing["res.company"].browse(self.company)._retail_lock_for_closing()
            closing.cr.rollback()

    def test_bookings_do_not_wait_for_each_other(self):
        with self.environment() as one, self.environment() as two:
            two.cr.execute("SET LOCAL lock_timeout = '100ms'")
            for env in (one, two):
                env["res.company"].browse(self.company)._retail_hold_open(WITHIN)

    def test_the_close_sees_what_was_committed_since_it_began(self):
        with self.environment() as env:
            env["retail.period.close"].browse(self.period).action_check()
        with self.environment() as slow:
            period = slow["retail.period.close"].browse(self.period)
            self.assertEqual((period.state, period.blocking), ("checked", 0))
            with self.environment() as quick:
                self.draft(quick)
            self.assertFalse(
                slow["account.move"].browse(self.entry).exists(), "it does not see the booking itself"
            )
            with self.assertRaisesRegex(UserError, "Something has changed"):
                period.action_approval_submit()
            slow.cr.rollback()
