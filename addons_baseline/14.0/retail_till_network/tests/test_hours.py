from datetime import timedelta

from odoo import fields
from odoo.addons.retail_till.models.till_signal import WATCHED_FROM
from odoo.addons.retail_till.tests.common import TillCase
from odoo.tests import tagged

# A Tuesday, far ahead, so that the till's own beginning is long past.
NIGHT = fields.Datetime.to_datetime("2030-05-07 02:00:00")
NOON = NIGHT.replace(hour=12)


@tagged("post_install", "-at_install")
class TestHours(TillCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param(WATCHED_FROM, "2020-01-01 00:00:00")
        cls.env["retail.till.policy"].search([]).active = False
        cls.policy = cls.env["retail.till.policy"].create({"name": "All", "silent_minutes": 10})
        cls.store = cls.till.picking_type_id.warehouse_id
        cls.store.retail_calendar_id = cls.calendar(9, 18)

    @classmethod
    def calendar(cls, begin, end):
        hours = {"name": "Open", "dayofweek": "1", "hour_from": begin, "hour_to": end, "day_period": "morning"}
        return cls.env["resource.calendar"].create(
            {"name": "Store", "tz": "UTC", "attendance_ids": [(5, 0, 0), (0, 0, hours)]}
        )

    def silent(self, now):
        """Whether the till is, having been heard of an hour ago."""
        self.env["retail.till.contact"].search([]).unlink()
        self.env["retail.till.contact"]._hear(self.session, "a", 0, 0, now - timedelta(hours=1))
        self.signals._detect(now)
        return bool(self.signals.search([("config_id", "=", self.till.id), ("ended_at", "=", False)]))

    def test_while_the_store_is_closed_it_may_be_silent(self):
        self.assertFalse(self.silent(NIGHT))
        self.assertTrue(self.silent(NOON))
        self.assertFalse(self.silent(NOON.replace(hour=23)), "it ends when the store closes")

    def test_hours_of_the_policy_come_first(self):
        self.policy.calendar_id = self.calendar(1, 5)
        self.assertTrue(self.silent(NIGHT))
        self.assertFalse(self.silent(NOON))

    def test_a_store_without_hours_is_always_open(self):
        self.store.retail_calendar_id = False
        self.assertTrue(self.silent(NIGHT))

    def test_each_store_has_its_own(self):
        other = self.env["stock.warehouse"].create({"name": "Night shop", "code": "NIGHT"})
        other.retail_calendar_id = self.calendar(0, 8)
        self.till.picking_type_id = other.pos_type_id
        self.assertTrue(self.silent(NIGHT))
        self.assertFalse(self.silent(NOON))
