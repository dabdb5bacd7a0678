import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import CASHIER, TillCase, make_till, open_session

NOW = fields.Datetime.to_datetime("2026-11-25 10:00:00")


@tagged("post_install", "-at_install")
class TestContact(TillCase):
    def hear(self, after=0, pending=0, oldest=0, device="a"):
        """A report `after` seconds; the row of that device."""
        contacts = self.env["retail.till.contact"]
        contacts._hear(self.session, device, pending, oldest, NOW + timedelta(seconds=after))
        return contacts.search([("config_id", "=", self.till.id), ("device", "=", device)])

    def test_the_last_contact_and_what_the_till_holds(self):
        self.hear()
        contact = self.hear(60, pending=3, oldest=90)
        self.assertEqual(contact.contact_at, NOW + timedelta(seconds=60))
        self.assertEqual((contact.pending, contact.oldest_at), (3, NOW - timedelta(seconds=30)))
        self.assertEqual(contact.session_id, self.session)
        contact = self.hear(120)
        self.assertEqual((contact.pending, contact.oldest_at), (0, False))

    def test_nothing_is_written_that_is_known(self):
        self.hear(pending=2, oldest=10)
        known = self.hear(10, pending=2, oldest=21)
        self.assertEqual(known.contact_at, NOW)
        self.assertEqual(self.hear(20, pending=1, oldest=30).contact_at, NOW + timedelta(seconds=20))
        self.assertEqual(self.hear(50, pending=1, oldest=60).contact_at, NOW + timedelta(seconds=50))

    def test_the_oldest_sale_changes_though_their_number_does_not(self):
        self.hear(pending=1, oldest=600)
        self.assertEqual(self.hear(10, pending=1, oldest=2).oldest_at, NOW + timedelta(seconds=8))

    def test_a_clock_that_is_wrong_does_no_harm(self):
        self.assertEqual(self.hear(pending=1, oldest=-50).oldest_at, NOW)

    def test_devices_of_one_till_do_not_hide_each_other(self):
        self.hear(pending=4, oldest=5)
        self.hear(1, device="b")
        self.assertEqual(self.hear(1, pending=4, oldest=6).pending, 4)

    def test_only_who_works_at_tills_reports(self):
        session = self.session.with_user(new_test_user(self.env, "clerk", groups="base.group_user"))
        with self.assertRaises(AccessError):
            session.till_contact("a", 0, 0)

    def test_browsers_that_are_gone_are_forgotten_unless_they_hold_sales(self):
        contacts = self.env["retail.till.contact"]
        long_ago = fields.Datetime.now() - timedelta(days=100)
        for device, pending in (("gone", 0), ("holds", 2)):
            contacts._hear(self.session, device, pending, 5, long_ago)
        contacts._hear(self.session, "here", 0, 0, fields.Datetime.now())
        contacts._gc_contacts()
        left = contacts.search([("config_id", "=", self.till.id)])
        self.assertEqual(sorted(left.mapped("device")), ["here", "holds"])

    def test_a_manager_forgets_a_device(self):
        self.hear().with_user(self.manager).unlink()
        with self.assertRaises(AccessError):
            self.hear().with_user(self.cashier).unlink()


@tagged("post_install", "-at_install")
class TestEndpoint(HttpCase):
    """As the page of a till calls it."""

    def setUp(self):
        super().setUp()
        self.till = make_till(self.env, "Over the network")
        self.pos_session = open_session(self.till)
        new_test_user(self.env, "cashier", groups=CASHIER, password="cashier")
        self.authenticate("cashier", "cashier")

    def call(self, method, *args):
        params = {"model": "pos.session", "method": method, "args": args, "kwargs": {}}
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        headers = {"Content-Type": "application/json"}
        return self.url_open("/web/dataset/call_kw", body, headers=headers, timeout=120).json()

    def test_a_report(self):
        began = fields.Datetime.now()
        self.assertEqual(self.call("till_contact", [self.pos_session.id], "5e1f", 2, 75)["result"], True)
        ended = fields.Datetime.now()
        contact = self.env["retail.till.contact"].search([("config_id", "=", self.till.id)])
        self.assertEqual((contact.device, contact.pending, contact.user_id.login), ("5e1f", 2, "cashier"))
        heard = contact.oldest_at + timedelta(seconds=75)
        self.assertTrue(began <= heard <= ended, heard)

    def test_the_page_of_a_till_loads_what_reports(self):
        files, _remains = self.env["ir.qweb"]._get_asset_content("point_of_sale.assets", {})
        self.assertIn("/retail_till/static/src/js/contact.js", [file["url"] for file in files])
