from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from . import stub_carrier
from .common import ConnectorCase

DELIVERY = "odoo.addons.retail_connector.models.delivery"


class DocumentCase(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.partner = self.env["res.partner"].create({"name": "Ana"})

    def hook(self, name, does):
        return patch.object(type(self.partner), name, does, create=True)

    def in_seconds(self, message):
        return (message.next_try_at - fields.Datetime.now()).total_seconds()


@tagged("post_install", "-at_install")
class TestDelivery(DocumentCase):
    def test_it_works(self):
        message = self.queue()
        self.run_job(message)
        self.assertEqual((message.state, message.tries, message.outcome, message.status), ("sent", 1, "ok", 200))
        self.assertEqual(message.answer, '{"tracking": "P001"}')
        self.assertEqual(message.attempt_ids.mapped("outcome"), ["ok"])
        self.assertTrue(message.settled_at)

    def test_it_fails_and_is_tried_again_later_each_time(self):
        self.carrier.script = [stub_carrier.fails(500)] * 3
        message = self.queue()
        waits = []
        for _try in range(3):
            self.run_job(message)
            self.assertEqual(message.state, "queued")
            waits.append(self.in_seconds(message))
        for wait, longest in zip(waits, (30, 60, 120)):
            # Some of it may have gone by until it is read.
            self.assertTrue(longest / 2 - 10 <= wait <= longest, waits)
        self.run_job(message)
        self.assertEqual((message.state, message.tries), ("sent", 4))
        self.assertEqual(len({call.key for call in self.carrier.calls}), 1)
        self.assertEqual(message.attempt_ids.mapped("outcome"), ["ok", "later", "later", "later"])

    def test_it_asks_to_be_left_alone(self):
        self.carrier.script = [stub_carrier.fails(429, [("Retry-After", "900")])]
        message = self.queue()
        self.run_job(message)
        self.assertTrue(850 <= self.in_seconds(message) <= 900)

    def test_it_hangs_and_books_one_parcel_all_the_same(self):
        self.carrier.script = [stub_carrier.hangs]
        message = self.queue()
        self.run_job(message)
        self.assertEqual((message.state, message.outcome, message.doubtful), ("queued", "lost", True))
        self.run_job(message)
        self.assertEqual((message.state, message.doubtful), ("sent", False))
        self.assertEqual(len(self.carrier.calls), 2)
        self.assertEqual(list(self.carrier.parcels.values()), [{"tracking": "P001"}])

    def test_it_answers_twice_and_the_document_hears_it_once(self):
        heard = []
        self.carrier.script = [stub_carrier.answers_twice]
        with self.hook("_connector_answered", lambda document, message: heard.append(message.answer)):
            message = self.queue(document=self.partner)
            self.run_job(message)
            # The job comes once more, as after a crash of the runner.
            self.run_job(message)
        self.assertEqual(heard, ['{"tracking": "P001"}'])
        self.assertEqual(len(self.carrier.calls), 1)

    def test_who_does_not_recognise_repetitions_is_not_asked_a_second_time(self):
        self.endpoint.repeatable = False
        self.carrier.script = [stub_carrier.drops]
        message = self.queue()
        self.run_job(message)
        self.assertEqual((message.state, message.doubtful), ("dead", True))
        self.assertIn("Look there first", message.advice)

    def test_refused_is_refused(self):
        self.carrier.script = [stub_carrier.fails(422)]
        message = self.queue()
        self.run_job(message)
        self.assertEqual((message.state, message.tries), ("dead", 1))
        refused = "Parcels refused this (HTTP 422 Unprocessable Entity). Put the content right, and send it again."
        self.assertEqual(message.advice, refused)

    def test_after_all_tries_it_is_given_up(self):
        self.endpoint.max_tries = 2
        self.carrier.script = [stub_carrier.fails(500)] * 2
        message = self.queue()
        self.run_job(message)
        self.assertEqual(message.state, "queued")
        self.run_job(message)
        self.assertEqual(message.state, "dead")

    def test_who_is_not_there_is_tried_until_the_time_is_over(self):
        self.endpoint.write({"url": "http://127.0.0.1:9", "max_tries": 1})
        message = self.queue()
        self.run_job(message)
        self.assertEqual((message.state, message.outcome, message.doubtful), ("queued", "unreachable", False))
        guard.passing(message).give_up_at = fields.Datetime.now()
        self.run_job(message)
        self.assertEqual(message.state, "dead")
        self.assertIn("When it works again", message.advice)

    def test_a_dead_endpoint_is_left_alone_and_the_others_do_not_wait(self):
        other = self.make_endpoint(self.open_carrier().url, "other")
        self.endpoint.timeout = 3
        self.carrier.script = [stub_carrier.hangs] * 3
        waiting = [self.queue(f"ship/{number}") for number in range(6)]
        for message in waiting[:3]:
            self.run_job(message)
        for message in waiting[3:]:
            self.run_job(message)
        elsewhere = self.queue(endpoint=other)
        self.run_job(elsewhere)
        self.assertEqual(len(self.carrier.calls), 3)
        self.assertEqual(elsewhere.state, "sent")
        for message in waiting[3:]:
            self.assertEqual((message.state, message.tries, message.attempt_ids.ids), ("queued", 0, []))
            self.assertTrue(0 < self.in_seconds(message) <= 60)

    def test_who_waits_for_a_dead_endpoint_is_given_up_when_its_time_is_over(self):
        self.endpoint.url = "http://127.0.0.1:9"
        *tried, waiting = [self.queue(f"ship/{number}") for number in range(4)]
        for message in tried:
            self.run_job(message)
        guard.passing(waiting).give_up_at = fields.Datetime.now()
        self.run_job(waiting)
        self.assertEqual((waiting.state, waiting.tries, waiting.doubtful), ("dead", 0, False))
        self.assertIn("When it works again", waiting.advice)

    def test_a_hook_that_cannot_use_the_answer(self):
        def refuse(document, message):
            document.name = "Half"
            raise UserError("Two labels for one parcel")  # pylint: disable=translation-required

        with self.hook("_connector_answered", refuse):
            message = self.queue(document=self.partner)
            self.run_job(message)
        self.assertEqual((message.state, message.outcome, message.status), ("dead", "unusable", 200))
        self.assertEqual(self.partner.name, "Ana")
        self.assertIn("Two labels for one parcel", message.advice)
        self.assertEqual(message.answer, '{"tracking": "P001"}')

    def test_a_mistake_in_a_hook_does_not_call_the_carrier_again_and_again(self):
        def mistake(document, message):
            return {}["tracking"]

        with self.hook("_connector_answered", mistake), mute_logger(DELIVERY):
            message = self.queue(document=self.partner)
            self.run_job(message)
        self.assertEqual((message.state, message.detail), ("dead", "KeyError: 'tracking'"))

    def test_a_document_that_is_gone_does_not_matter(self):
        message = self.queue(document=self.partner)
        self.partner.unlink()
        self.run_job(message)
        self.assertEqual(message.state, "sent")

    def test_the_document_says_that_its_call_was_given_up(self):
        heard = []
        with self.hook("_connector_dead", lambda document, message: heard.append((document, message))):
            message = self.kill(self.queue(document=self.partner))
        self.assertEqual(heard, [(self.partner, message)])


@tagged("post_install", "-at_install")
class TestRescue(DocumentCase):
    def interrupted(self, state, key="ship/1"):
        """A message whose job is in this state since an hour."""
        message = self.queue(key)
        hour_ago = fields.Datetime.now() - timedelta(hours=1)
        job = self.jobs_of(message)
        job.write({"state": state, "date_started": hour_ago})
        guard.passing(message).next_try_at = hour_ago
        return message, job

    def test_a_job_whose_worker_was_killed_is_replaced(self):
        message, job = self.interrupted("started")
        self.messages._rescue()
        self.assertEqual(job.state, "cancelled")
        self.assertNotEqual(message.job_uuid, job.uuid)
        self.run_job(message)
        self.assertEqual(message.state, "sent")

    def test_many_that_wait_do_not_hide_one_that_died(self):
        """It stands in the way of them all, so it is looked for by itself."""
        self.interrupted("pending")
        _message, job = self.interrupted("started", "ship/2")
        with patch(f"{DELIVERY}.PLANNED_AT_ONCE", 1):
            self.messages._rescue()
        self.assertEqual(job.state, "cancelled")

    def test_a_job_whose_message_is_gone_is_ended(self):
        message, job = self.interrupted("started")
        guard.passing(message).unlink()
        self.messages._rescue()
        self.assertEqual(job.state, "cancelled")

    def test_a_job_that_failed_or_was_set_to_done_by_hand_is_replaced(self):
        for state in ("failed", "done", "cancelled"):
            with self.subTest(state=state), self.cr.savepoint():
                message, job = self.interrupted(state)
                self.messages._rescue()
                self.assertNotEqual(message.job_uuid, job.uuid)
                guard.passing(message).unlink()

    def test_who_waits_or_runs_is_left_alone(self):
        message, job = self.interrupted("pending")
        self.messages._rescue()
        self.assertEqual(message.job_uuid, job.uuid)
        job.write({"state": "started", "date_started": fields.Datetime.now()})
        self.messages._rescue()
        self.assertEqual(message.job_uuid, job.uuid)

    def test_of_very_many_that_are_sent_again_the_last_are_rescued(self):
        messages = self.kill(self.queue("ship/1")) | self.kill(self.queue("ship/2"))
        hour_ago = fields.Datetime.now() - timedelta(hours=1)
        guard.passing(messages).next_try_at = hour_ago
        with patch(f"{DELIVERY}.PLANNED_AT_ONCE", 1):
            messages.action_resend()
        self.assertEqual(messages.mapped("state"), ["queued", "queued"])
        self.assertEqual([message.next_try_at > hour_ago for message in messages], [True, False])
        self.messages._rescue()
        for message in messages:
            self.run_job(message)
        self.assertEqual(messages.mapped("state"), ["sent", "sent"])

    def test_what_is_held_is_not_rescued(self):
        message, job = self.interrupted("done")
        self.endpoint.paused = True
        self.messages._rescue()
        self.assertEqual(message.job_uuid, job.uuid)

    def test_old_messages_go_and_those_that_need_somebody_stay(self):
        old = fields.Datetime.now() - timedelta(days=91)
        ended = {state: self.queue(f"ship/{state}") for state in ("sent", "cancelled", "dead", "queued")}
        for state, message in ended.items():
            guard.passing(message).write({"state": state, "settled_at": old})
        recent = self.queue("ship/recent")
        self.run_job(recent)
        self.env["base"].flush()
        self.messages._delete_old()
        left = {state for state, message in ended.items() if message.exists()}
        self.assertEqual(left, {"dead", "queued"})
        self.assertTrue(recent.exists())
