import json

from odoo.addons.retail_connector.tests import stub_carrier
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import PaymentCase


@tagged("post_install", "-at_install")
class TestPayment(PaymentCase):
    def test_a_capture_is_queued_and_done_when_the_service_says_so(self):
        payment = self.payment()
        payment.with_user(self.clerk_of_accounts).action_capture()
        message = self.messages_of(payment)
        self.assertEqual((payment.state, message.state, self.carrier.calls), ("authorized", "queued", []))
        self.run_job(message)
        self.assertEqual((payment.state, message.state), ("done", "sent"))

    def test_what_the_service_is_told(self):
        payment = self.payment()
        payment.action_capture()
        self.run_job(self.messages_of(payment))
        (call,) = self.carrier.calls
        self.assertEqual((call.method, call.path), ("POST", "/payments/capture"))
        told = {"reference": "S1", "payment": "pay_1", "amount": "12.50", "currency": payment.currency_id.name}
        self.assertEqual(json.loads(call.body), told)

    def test_pressed_twice_it_is_asked_once(self):
        payment = self.payment()
        payment.action_capture()
        # Its webhook was faster.
        payment.acquirer_reference = "pay_2"
        payment.action_capture()
        self.assertEqual(len(self.messages_of(payment)), 1)

    def test_a_service_that_hangs_is_asked_again_under_the_same_key(self):
        self.carrier.script = [stub_carrier.hangs]
        payment = self.payment()
        payment.action_capture()
        message = self.messages_of(payment)
        self.run_job(message)
        self.assertEqual((payment.state, message.doubtful), ("authorized", True))
        self.run_job(message)
        self.assertEqual(payment.state, "done")
        self.assertEqual((len(self.carrier.calls), len(self.carrier.parcels)), (2, 1))

    def test_a_void_cancels_the_payment(self):
        payment = self.payment()
        payment.action_void()
        self.run_job(self.messages_of(payment))
        self.assertEqual((payment.state, self.carrier.calls[0].path), ("cancel", "/payments/void"))

    def test_the_services_new_number_is_kept(self):
        self.carrier.script = [stub_carrier.says(b'{"payment": "cap_7"}')]
        payment = self.payment()
        payment.action_capture()
        self.run_job(self.messages_of(payment))
        self.assertEqual(payment.acquirer_reference, "cap_7")

    def test_any_answer_of_success_will_do(self):
        for number, body in enumerate((b"", b"OK", b"[]", b"null", b'{"payment": 7}', b'{"payment": ""}')):
            with self.subTest(body=body):
                self.carrier.script = [stub_carrier.says(body)]
                payment = self.payment(f"S{number}")
                payment.action_capture()
                self.run_job(self.messages_of(payment))
                self.assertEqual((payment.state, payment.acquirer_reference), ("done", "pay_1"))

    def test_what_is_being_captured_is_not_voided(self):
        payment = self.payment()
        payment.action_capture()
        with self.assertRaisesRegex(UserError, "asked for something else for S1. Cancel that call first"):
            payment.action_void()
        self.assertEqual(len(self.messages_of(payment)), 1)

    def test_refused_it_says_so_and_stays_authorized(self):
        payment = self.payment()
        payment.action_capture()
        self.kill(self.messages_of(payment))
        self.assertEqual(payment.state, "authorized")
        self.assertIn("Given up: Parcels refused this", payment.state_message)

    def test_given_up_and_cancelled_it_can_be_asked_for_again_or_otherwise(self):
        payment = self.payment()
        payment.action_capture()
        first = self.kill(self.messages_of(payment))
        first.with_user(self.operator).action_cancel()
        payment.action_capture()
        second = self.messages_of(payment) - first
        self.assertEqual(second.state, "queued")
        second.with_user(self.operator).action_cancel()
        payment.action_void()
        self.run_job(self.messages_of(payment)[-1])
        self.assertEqual(payment.state, "cancel")

    def test_an_answer_that_comes_for_another_state_is_given_to_a_person(self):
        payment = self.payment()
        payment.action_capture()
        payment._set_transaction_cancel()
        message = self.messages_of(payment)
        self.run_job(message)
        self.assertEqual((payment.state, message.state, message.outcome), ("cancel", "dead", "unusable"))
        self.assertIn("S1 is Canceled meanwhile.", message.detail)

    def test_several_at_once_are_each_asked_for(self):
        payments = self.payment("S1") | self.payment("S2")
        payments.s2s_capture_transaction()
        self.assertEqual(len(self.messages_of(payments)), 2)

    def test_acquirers_without_an_endpoint_are_as_they_were(self):
        self.acquirer.connector_endpoint_id = False
        payment = self.payment()
        payment.action_capture()
        self.assertFalse(self.messages_of(payment))

    def test_a_capture_that_is_rolled_back_is_never_made(self):
        payment = self.payment()
        with self.assertRaises(ZeroDivisionError), self.cr.savepoint():
            payment.action_capture()
            raise ZeroDivisionError
        self.assertFalse(self.messages_of(payment))

    def test_who_may_only_read_a_payment_asks_for_nothing(self):
        """A customer, by RPC: core lets everybody read their own payments."""
        portal = new_test_user(self.env, "ana", groups="base.group_portal")
        payment = self.payment(partner_id=portal.partner_id.id)
        own = payment.with_user(portal)
        self.assertEqual(own.reference, "S1", "the customer reads it")
        for ask in (own.s2s_capture_transaction, own.s2s_void_transaction, own.s2s_do_refund):
            with self.subTest(ask=ask.__name__), self.assertRaises(AccessError):
                ask()
        self.assertFalse(self.messages_of(payment))

    def test_nor_of_an_acquirer_without_an_endpoint(self):
        self.acquirer.connector_endpoint_id = False
        portal = new_test_user(self.env, "ana", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self.payment(partner_id=portal.partner_id.id).with_user(portal).s2s_void_transaction()

    def test_other_customers_payments_are_not_an_employees(self):
        with self.assertRaises(AccessError):
            self.payment().with_user(self.clerk).s2s_void_transaction()

    def test_only_what_is_authorised_is_captured_or_voided(self):
        for state in ("draft", "pending", "done", "cancel", "error"):
            payment = self.payment(f"S-{state}", state)
            for ask in (payment.s2s_capture_transaction, payment.s2s_void_transaction):
                with self.subTest(state=state, ask=ask.__name__):
                    with self.assertRaisesRegex(UserError, "Only what is authorised can be captured or voided"):
                        ask()
                    self.assertFalse(self.messages_of(payment))
