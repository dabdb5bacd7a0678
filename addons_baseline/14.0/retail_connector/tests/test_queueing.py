import json

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ConnectorCase


@tagged("post_install", "-at_install")
class TestQueueing(ConnectorCase):
    def test_queueing_sends_nothing_and_leaves_one_job(self):
        message = self.queue()
        self.assertEqual(self.carrier.calls, [])
        self.assertEqual((message.state, message.tries, len(self.jobs_of(message))), ("queued", 0, 1))
        self.assertEqual(self.jobs_of(message).channel, "root.connector")

    def test_it_costs_the_sale_two_rows_however_dead_the_endpoint_is(self):
        self.endpoint.url = "https://nowhere.invalid"
        self.queue("warm")
        with self.assertQueryCount(2):
            self.queue()
            self.env["base"].flush()

    def test_its_job_is_the_row_that_queue_job_itself_writes(self):
        message = self.queue()
        ours = self.row_of_job(message)
        self.jobs_of(message).unlink()
        message._plan(0)
        self.assertEqual(ours, self.row_of_job(message))

    def row_of_job(self, message):
        """All columns but those in which any two jobs differ."""
        self.env["base"].flush()
        self.cr.execute("SELECT * FROM queue_job WHERE uuid = %s", [message.job_uuid])
        [row] = self.cr.dictfetchall()
        return {name: value for name, value in row.items() if name not in ("id", "uuid", "date_created")}

    def test_a_sale_that_is_rolled_back_says_nothing(self):
        with self.assertRaises(ZeroDivisionError), self.cr.savepoint():
            message = self.queue()
            self.env["base"].flush()
            raise ZeroDivisionError
        self.assertFalse(message.exists())
        self.assertFalse(self.jobs_of(message))

    def test_the_same_call_is_queued_once(self):
        first, second = self.queue(), self.queue()
        self.assertEqual(first, second)
        self.assertEqual(len(self.jobs_of(first)), 1)

    def test_the_same_key_elsewhere_is_another_call(self):
        other = self.make_endpoint(self.carrier.url, "other")
        self.assertNotEqual(self.queue(), self.queue(endpoint=other))

    def test_another_content_under_the_same_key_is_a_mistake_of_the_caller(self):
        self.queue(payload={"weight": 1})
        with self.assertRaisesRegex(ValueError, "ship/1 is queued for parcels with another content"):
            self.queue(payload={"weight": 2})

    def test_a_key_that_no_header_carries_is_a_mistake_of_the_caller(self):
        for key in ("", "ship 1", "ship/1\r\nX-Evil: 1", "São"):
            with self.subTest(key=key), self.assertRaisesRegex(ValueError, "cannot be a key"):
                self.queue(key)

    def test_no_key_of_the_context_has_the_call_made_at_once(self):
        keys = dict.fromkeys(("queue_job__no_delay", "test_queue_job_no_delay", "_job_force_sync"), True)
        message = self.messages.with_context(**keys)._queue(self.endpoint, "ship/1", {})
        self.assertEqual(self.carrier.calls, [])
        self.run_job(message)
        self.assertEqual(message.state, "sent")

    def test_who_sells_need_not_see_endpoints(self):
        partner = self.env["res.partner"].create({"name": "Ana"})
        seller = self.messages.with_user(self.clerk)
        message = seller._queue(self.endpoint.with_user(self.clerk), "ship/2", {}, document=partner)
        self.assertEqual((message.document_name, message.create_uid), ("Ana", self.clerk))
        with self.assertRaises(AccessError):
            message.with_user(self.clerk).read(["payload"])
        self.run_job(message)
        self.assertEqual(message.state, "sent")

    def test_what_is_sent_is_json_with_dates_and_accents(self):
        message = self.queue(
            payload={"day": self.endpoint.create_date, "to": "São"}, path="/parcels", method="PUT"
        )
        self.run_job(message)
        call = self.carrier.calls[0]
        self.assertEqual((call.method, call.path), ("PUT", "/parcels"))
        self.assertEqual(call.headers["content-type"], "application/json")
        self.assertEqual(json.loads(call.body), {"day": str(self.endpoint.create_date), "to": "São"})

    def test_a_paused_endpoint_does_not_hold_up_the_sale(self):
        self.endpoint.paused = True
        message = self.queue()
        self.run_job(message)
        self.assertEqual((message.state, self.carrier.calls), ("queued", []))


@tagged("post_install", "-at_install")
class TestAnnouncing(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.event = self.env["retail.connector.event"].create({"name": "Paid", "code": "test_paid"})
        self.partner = self.env["res.partner"].create({"name": "Ana"})

    def announce(self, event="test_paid", **data):
        self.env["retail.connector.endpoint"]._announce(event, self.partner, lambda: {"total": 5, **data})
        return self.messages.search([("res_model", "=", "res.partner"), ("res_id", "=", self.partner.id)])

    def test_who_listens_is_told(self):
        self.endpoint.event_ids = self.event
        self.run_job(self.announce())
        self.assertEqual(json.loads(self.carrier.calls[0].body), {"event": "test_paid", "data": {"total": 5}})

    def test_what_nobody_listens_for_is_not_even_put_together(self):
        def explode():
            raise AssertionError("put together for nobody")

        endpoints = self.env["retail.connector.endpoint"]
        endpoints._announce("test_paid", self.partner, explode)
        with self.assertQueryCount(0):
            endpoints._announce("test_paid", self.partner, explode)

    def test_who_begins_or_ends_to_listen_is_known_at_once(self):
        self.assertFalse(self.announce())
        self.endpoint.event_ids = self.event
        self.assertEqual(len(self.announce()), 1)
        self.endpoint.active = False
        self.assertEqual(len(self.announce(again=True)), 1)

    def test_the_same_is_said_once_and_what_changed_is_said_again(self):
        self.endpoint.event_ids = self.event
        self.announce()
        self.assertEqual(len(self.announce()), 1)
        self.assertEqual(len(self.announce(total=6)), 2)

    def test_another_company_is_not_told(self):
        self.endpoint.write({"event_ids": [(6, 0, self.event.ids)]})
        self.partner.company_id = self.env["res.company"].create({"name": "Elsewhere"})
        self.assertFalse(self.announce())
        self.endpoint.company_id = False
        self.assertEqual(len(self.announce()), 1)

    def test_a_document_that_is_gone_has_nothing_to_say(self):
        self.endpoint.event_ids = self.event
        self.env["retail.connector.endpoint"]._announce_once("test_paid", self.partner)
        message = self.messages.search([("res_model", "=", "res.partner"), ("res_id", "=", self.partner.id)])
        self.partner.unlink()
        self.run_job(message)
        self.assertEqual((message.state, self.carrier.calls), ("dead", []))
        self.assertEqual(
            message.advice,
            "Parcels was not told, as there is nothing to say (Ana is not there any more). Cancel this.",
        )

    def test_a_document_that_does_not_know_what_to_say_is_seen(self):
        self.endpoint.event_ids = self.event
        self.env["retail.connector.endpoint"]._announce_once("test_paid", self.partner)
        message = self.messages.search([("res_model", "=", "res.partner"), ("res_id", "=", self.partner.id)])
        self.run_job(message)
        self.assertEqual((message.state, self.carrier.calls), ("dead", []))
