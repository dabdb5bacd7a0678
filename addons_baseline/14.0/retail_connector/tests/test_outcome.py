from odoo.tests import BaseCase, tagged

from ..outcome import (
    LATER,
    LOST,
    OK,
    REFUSED,
    UNREACHABLE,
    UNUSABLE,
    Limits,
    Tried,
    backoff,
    breaker_wait,
    decide,
    of_status,
)

DAY = 86400.0
LIMITS = Limits(max_tries=3, seconds_left=DAY, repeatable=True)
ONE_WAY = Limits(max_tries=3, seconds_left=DAY, repeatable=False)


@tagged("post_install", "-at_install")
class TestOutcome(BaseCase):
    def test_what_a_status_means(self):
        meanings = {
            200: OK, 201: OK, 204: OK, 301: REFUSED, 307: REFUSED, 400: REFUSED, 401: REFUSED, 404: REFUSED,
            408: LATER, 409: REFUSED, 422: REFUSED, 425: LATER, 429: LATER, 500: LATER, 503: LATER, 599: LATER,
        }  # fmt: skip
        self.assertEqual({status: of_status(status) for status in meanings}, meanings)

    def test_what_follows_from_a_try(self):
        cases = [
            (OK, 1, LIMITS, "sent"),
            (OK, 99, ONE_WAY, "sent"),
            (REFUSED, 1, LIMITS, "dead"),
            (UNUSABLE, 1, LIMITS, "dead"),
            (LATER, 1, LIMITS, "queued"),
            (LATER, 2, LIMITS, "queued"),
            (LATER, 3, LIMITS, "dead"),
            (LOST, 1, LIMITS, "queued"),
            (LOST, 3, LIMITS, "dead"),
            # Perhaps the parcel is booked: only a person can look.
            (LOST, 1, ONE_WAY, "dead"),
            (LATER, 1, ONE_WAY, "queued"),
            # Nobody was there: the message is not worn out by that.
            (UNREACHABLE, 50, LIMITS, "queued"),
            (UNREACHABLE, 1, Limits(3, 59.0, True), "dead"),
            (LATER, 1, Limits(3, 59.0, True), "dead"),
        ]
        for outcome, tries, limits, expected in cases:
            with self.subTest(outcome=outcome, tries=tries, limits=limits):
                self.assertEqual(decide(outcome, tries, 60.0, limits).state, expected)

    def test_the_wait_doubles_and_ends_somewhere(self):
        longest = [backoff(tries, None, 1.0) for tries in (1, 2, 3, 4, 8, 1000)]
        self.assertEqual(longest, [30, 60, 120, 240, 3600, 3600])
        self.assertEqual(backoff(3, None, 0.0), 60)

    def test_who_asks_to_be_left_alone_is_but_not_for_ever(self):
        self.assertEqual(backoff(1, 600, 1.0), 600)
        self.assertEqual(backoff(1, 1, 1.0), 30)
        self.assertEqual(backoff(1, 10**9, 1.0), 4 * 3600)

    def test_an_endpoint_is_left_alone_when_different_messages_fail(self):
        def failed(*messages, outcome=UNREACHABLE, ago=0.0):
            return [Tried(message, outcome, ago) for message in messages]

        self.assertEqual(breaker_wait([]), 0)
        self.assertEqual(breaker_wait(failed(2, 1)), 0)
        self.assertEqual(breaker_wait(failed(1, 1, 1, 1, 1, 1)), 0, "one message alone may be the reason")
        self.assertEqual(breaker_wait(failed(3, 2, 1)), 30)
        self.assertEqual(breaker_wait(failed(3, 2, 1, outcome=LATER)), 30)
        self.assertEqual(breaker_wait(failed(3, 2, 1, outcome=LOST)), 30)
        self.assertEqual(breaker_wait(failed(8, 7, 6, 5, 4, 3, 2, 1)), 900)
        self.assertEqual(breaker_wait(failed(3, 2, 1, ago=29.0)), 1)
        self.assertEqual(breaker_wait(failed(3, 2, 1, ago=31.0)), 0, "time to see whether it is back")

    def test_one_answer_ends_the_break(self):
        for answered in (OK, REFUSED, UNUSABLE):
            recent = [Tried(4, answered, 0.0), *(Tried(message, LOST, 1.0) for message in (3, 2, 1))]
            self.assertEqual(breaker_wait(recent), 0)
