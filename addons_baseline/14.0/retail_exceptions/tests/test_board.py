from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.retail_base import guard as passes
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import BoardCase

CODE = "negative_stock"


@tagged("post_install", "-at_install")
class TestBoard(BoardCase):
    def setUp(self):
        super().setUp()
        self.move_goods(2, self.stock, self.customers)

    def at(self, now):
        """Detectors run then."""
        with patch.object(fields.Datetime, "now", lambda *_: now):
            return self.found(CODE)

    def set_back(self, found, moment, **time):
        passes.passing(found).write({moment: self.ago(**time)})

    def test_it_is_one_and_the_same_as_long_as_it_lasts(self):
        first = self.found(CODE)
        begun = first.first_seen
        first.with_user(self.emil).action_take()
        self.move_goods(1, self.stock, self.customers)
        later = self.at(begun + timedelta(hours=1))
        self.assertEqual((later, later.quantity, later.times), (first, -3, 1))
        self.assertEqual((later.first_seen, later.last_seen), (begun, begun + timedelta(hours=1)))
        self.assertEqual(later.user_id, self.emil)
        self.assertEqual(later.deadline, begun + timedelta(hours=8))

    def test_it_goes_with_its_cause_and_comes_back_for_nobody(self):
        first = self.found(CODE)
        first.user_id = self.emil
        begun = first.first_seen
        self.move_goods(2, self.vendors, self.stock)
        self.assertFalse(self.at(begun + timedelta(hours=1)))
        self.assertEqual((first.state, first.resolved_at), ("resolved", begun + timedelta(hours=1)))
        self.move_goods(2, self.stock, self.customers)
        again = self.at(begun + timedelta(hours=2))
        self.assertEqual((again, again.times, again.first_seen), (first, 2, begun + timedelta(hours=2)))
        self.assertFalse(again.user_id or again.resolved_at)

    def test_it_gets_late(self):
        found = self.found(CODE)
        late = self.env["retail.exception"].search([("late", "=", True)])
        self.assertNotIn(found, late)
        self.set_back(found, "deadline", hours=1)
        self.assertTrue(found.late)
        self.assertIn(found, self.env["retail.exception"].search([("late", "=", True)]))
        self.assertNotIn(found, self.env["retail.exception"].search([("late", "=", False)]))

    def test_a_detector_that_fails_resolves_nothing_and_stops_nobody(self):
        found = self.found(CODE)
        detector = self.detector(CODE)
        for query in (lambda self: "SELECT nonsense", lambda self: self["nonsense"]):
            self.fails_with(query, found)
        self.found(CODE)
        self.assertFalse(detector.error)

    def fails_with(self, query, found):
        detector = self.detector(CODE)
        broken = patch.object(type(detector), f"_query_{CODE}", query)
        silent = mute_logger("odoo.sql_db", "odoo.addons.retail_exceptions.models.detector")
        picking = self.transfer(self.warehouse.in_type_id, self.vendors, self.stock)
        picking.scheduled_date = self.ago(hours=25)
        with broken, silent:
            self.env["retail.detector"]._cron_detect()
        self.assertIn("nonsense", detector.error)
        self.assertEqual(found.state, "open")
        late = self.detector("late_receipts").exception_ids.filtered(self.is_mine)
        self.assertIn(picking.id, late.mapped("res_id"))

    def test_a_detector_that_is_switched_off_finds_nothing_any_more(self):
        found = self.found(CODE)
        self.detector(CODE).active = False
        self.assertEqual(found.state, "resolved")
        self.env["retail.detector"]._cron_detect()
        self.assertEqual(found.state, "resolved")

    def test_what_was_resolved_long_ago_is_forgotten(self):
        found = self.found(CODE)
        self.move_goods(2, self.vendors, self.stock)
        self.found(CODE)
        self.cr.execute(
            "UPDATE retail_exception SET resolved_at = %s WHERE id = %s", (self.ago(days=170), found.id)
        )
        found.invalidate_cache()
        self.env["retail.detector"]._cron_detect()
        self.assertTrue(found.exists())
        self.cr.execute(
            "UPDATE retail_exception SET resolved_at = %s WHERE id = %s", (self.ago(days=190), found.id)
        )
        found.invalidate_cache()
        self.env["retail.detector"]._cron_detect()
        self.assertFalse(found.exists())

    def test_another_company_s_are_not_seen(self):
        found = self.found(CODE)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.emil.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.assertFalse(self.env["retail.exception"].with_user(self.emil).search([("id", "=", found.id)]))

    def test_the_cron_is_there(self):
        cron = self.env.ref("retail_exceptions.cron_detect")
        self.assertEqual((cron.interval_number, cron.interval_type, cron.active), (30, "minutes", True))
        cron.method_direct_trigger()
        self.assertTrue(self.detector(CODE).last_run)
