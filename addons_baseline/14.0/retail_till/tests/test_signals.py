from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from ..models.till_signal import WATCHED_FROM, _is_silent
from .common import TillCase

# Far ahead, so that other tills' sessions and the till's own beginning are long past.
NOW = fields.Datetime.to_datetime("2030-05-07 10:00:00")


def minutes(number):
    return NOW + timedelta(minutes=number)


@tagged("post_install", "-at_install")
class TestSignals(TillCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param(WATCHED_FROM, "2020-01-01 00:00:00")
        cls.env["retail.till.policy"].search([]).active = False
        cls.policy = cls.env["retail.till.policy"].create(
            {"name": "Own", "config_ids": [(6, 0, cls.till.ids)], "silent_minutes": 10, "pending_minutes": 15}
        )

    def hear(self, when, pending=0, oldest=0, device="a"):
        self.env["retail.till.contact"]._hear(self.session, device, pending, oldest, when)

    def detect(self, when):
        """Signals that are open afterwards, as kinds."""
        self.signals._detect(when)
        return self.mine().filtered(lambda signal: not signal.ended_at).mapped("kind")

    def mine(self):
        return self.signals.search([("config_id", "=", self.till.id)], order="id")

    def test_silence_begins_and_ends(self):
        self.hear(minutes(0))
        self.assertEqual(self.detect(minutes(9)), [])
        self.assertEqual(self.detect(minutes(10)), ["silent"])
        self.assertEqual(self.detect(minutes(15)), ["silent"])
        signal = self.mine()
        self.assertEqual((signal.began_at, signal.session_id), (minutes(0), self.session))
        self.assertIn("North", signal.message)
        self.assertIn("load its page again", signal.message)
        self.hear(minutes(16))
        self.assertEqual(self.detect(minutes(20)), [])
        self.assertEqual((signal.ended_at, len(self.mine())), (minutes(20), 1))
        self.assertEqual(self.detect(minutes(40)), ["silent"])
        self.assertEqual(len(self.mine()), 2)

    def test_one_device_that_speaks_is_enough(self):
        self.hear(minutes(0))
        self.hear(minutes(9), device="b")
        self.assertEqual(self.detect(minutes(15)), [])

    def test_a_closed_session_may_be_silent(self):
        self.hear(minutes(0))
        self.assertEqual(self.detect(minutes(30)), ["silent"])
        self.session.action_pos_session_closing_control()
        self.assertEqual(self.detect(minutes(35)), [])

    def test_a_session_that_was_never_heard_of(self):
        self.session.start_at = minutes(0)
        self.assertEqual(self.detect(minutes(9)), [])
        self.assertEqual(self.detect(minutes(11)), ["silent"])

    def test_a_session_from_before_may_not_know_how_to_report(self):
        self.session.start_at = minutes(0)
        self.env["ir.config_parameter"].set_param(WATCHED_FROM, str(minutes(5)))
        self.assertEqual(self.detect(minutes(60)), [])
        self.hear(minutes(61))
        self.assertEqual(self.detect(minutes(75)), ["silent"])

    def test_a_rescue_session_has_no_till(self):
        self.session.rescue = True
        self.assertEqual(self.detect(minutes(60)), [])

    def test_a_till_without_a_policy_is_not_watched(self):
        self.policy.active = False
        self.hear(minutes(0), pending=1)
        self.assertEqual(self.detect(minutes(60)), [])

    def test_outside_opening_hours(self):
        hours = {"name": "Open", "dayofweek": "1", "hour_from": 11, "hour_to": 20, "day_period": "morning"}
        self.policy.calendar_id = self.env["resource.calendar"].create(
            {"name": "Shop", "tz": "UTC", "attendance_ids": [(5, 0, 0), (0, 0, hours)]}
        )
        self.hear(minutes(0))
        self.assertEqual(self.detect(minutes(59)), [])
        # The doors open: somebody has ten minutes to switch it on.
        self.assertEqual(self.detect(minutes(69)), [])
        self.assertEqual(self.detect(minutes(70)), ["silent"])
        self.assertEqual(self.detect(minutes(60 * 10)), [])

    def test_sales_held_for_too_long(self):
        self.hear(minutes(0), pending=2, oldest=60)
        self.assertEqual(self.detect(minutes(5)), [])
        self.hear(minutes(14), pending=3, oldest=15 * 60)
        self.assertEqual(self.detect(minutes(14)), ["pending"])
        signal = self.mine()
        self.assertEqual((signal.pending, signal.began_at), (3, minutes(-1)))
        self.hear(minutes(18), pending=4, oldest=19 * 60)
        self.assertEqual(self.detect(minutes(19)), ["pending"])
        self.assertEqual((self.mine(), signal.pending), (signal, 4))
        self.assertIn("not arrived: 4,", signal.message)
        self.hear(minutes(20))
        self.assertEqual(self.detect(minutes(20)), [])

    def test_sales_held_by_a_till_that_is_gone(self):
        """Closed session, switched off: the sales are still only there."""
        self.hear(minutes(0), pending=2)
        self.session.action_pos_session_closing_control()
        self.assertEqual(self.detect(minutes(60 * 24)), ["pending"])
        self.env["retail.till.contact"].search([("config_id", "=", self.till.id)]).unlink()
        self.assertEqual(self.detect(minutes(60 * 25)), [])

    def test_silent_and_holding_sales(self):
        self.hear(minutes(0), pending=2)
        self.assertEqual(sorted(self.detect(minutes(20))), ["pending", "silent"])
        self.assertEqual(self.mine().mapped("pending"), [2, 2])

    def test_one_open_signal_of_a_kind(self):
        values = {"kind": "silent", "config_id": self.till.id, "began_at": NOW}
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.signals._begin([dict(values), dict(values)])

    def test_the_scheduled_action(self):
        self.hear(fields.Datetime.now() - timedelta(hours=1))
        self.env.ref("retail_till.cron_till_signals").method_direct_trigger()
        self.assertEqual(self.mine().mapped("kind"), ["silent"])

    def test_the_limit(self):
        heard = minutes(0)
        for now, opened, expected in (
            (9, heard, False),
            (10, heard, True),
            (60, False, False),
            (60, minutes(51), False),
            (60, minutes(50), True),
        ):
            self.assertIs(_is_silent(minutes(now), heard, opened, 10), expected)
