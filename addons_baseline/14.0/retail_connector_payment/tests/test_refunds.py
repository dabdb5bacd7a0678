import json

from odoo import fields
from odoo.addons.retail_connector.tests import stub_carrier
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import PaymentCase

NO_NOTE = "no posted credit note for S1 of which something is left"


@tagged("post_install", "-at_install")
class TestRefunds(PaymentCase):
    def amounts(self, payment):
        return [json.loads(message.payload)["amount"] for message in self.messages_of(payment)]

    def refused(self, payment, why=NO_NOTE, error=UserError, user=None):
        before = self.messages_of(payment)
        with self.assertRaisesRegex(error, why), self.cr.savepoint():
            payment.with_user(user or self.clerk_of_accounts).s2s_do_refund()
        self.assertEqual(self.messages_of(payment), before)

    def test_a_refund_leaves_the_payment_done(self):
        payment = self.paid()
        note = self.credit(payment, 12.5)
        payment.with_user(self.clerk_of_accounts).s2s_do_refund()
        self.run_job(self.messages_of(payment))
        self.assertEqual((payment.state, payment.state_message), ("done", "Refunded."))
        self.assertEqual(self.carrier.calls[0].path, "/payments/refund")
        refund = payment.refund_ids
        self.assertEqual((refund.credit_note_id, refund.amount, refund.state), (note, 12.5, "sent"))
        self.assertEqual(payment.with_user(self.clerk_of_accounts).refunded, 12.5)

    def test_without_a_credit_note_there_is_none(self):
        payment = self.paid()
        self.refused(payment)
        # Not even for the superuser, who is any scheduled action.
        self.refused(payment, user=self.env.user)

    def test_nor_for_one_that_is_not_posted_or_not_of_this(self):
        payment = self.paid()
        draft = self.posted(12.5).copy({"move_type": "out_refund", "reversed_entry_id": payment.invoice_ids.id})
        self.assertEqual((draft.move_type, draft.state), ("out_refund", "draft"))
        self.credit(payment, 12.5, reversed_entry_id=False)
        self.credit(payment, 12.5, partner_id=self.env["res.partner"].create({"name": "Bea"}).id)
        self.refused(payment)

    def test_no_more_than_is_credited(self):
        payment = self.paid()
        self.credit(payment, 4)
        payment.s2s_do_refund()
        self.assertEqual(self.amounts(payment), ["4.00"])
        self.credit(payment, 3)
        payment.s2s_do_refund()
        self.assertEqual(self.amounts(payment), ["4.00", "3.00"])

    def test_no_more_than_was_paid(self):
        payment = self.paid()
        self.credit(payment, 10)
        self.credit(payment, 10)
        payment.s2s_do_refund()
        self.assertEqual(self.amounts(payment), ["10.00", "2.50"])

    def test_pressed_twice_it_is_asked_once(self):
        payment = self.paid()
        self.credit(payment, 4)
        payment.s2s_do_refund()
        payment.s2s_do_refund()
        self.kill(self.messages_of(payment))
        payment.s2s_do_refund()
        self.assertEqual(self.amounts(payment), ["4.00"])

    def test_what_was_cancelled_can_be_asked_for_again(self):
        payment = self.paid()
        self.credit(payment, 4)
        payment.s2s_do_refund()
        first = self.messages_of(payment)
        first.with_user(self.operator).action_cancel()
        self.assertEqual(payment.refunded, 0)
        payment.s2s_do_refund()
        self.assertEqual(self.amounts(payment), ["4.00", "4.00"])
        self.assertEqual(len(set(self.messages_of(payment).mapped("key"))), 2)

    def forget(self, message):
        """As a year later."""
        message._passing().write({"settled_at": fields.Datetime.subtract(fields.Datetime.now(), years=1)})
        self.env["base"].flush()
        self.messages._delete_old()
        self.env.cache.invalidate()
        self.assertFalse(message.exists())

    def test_it_is_known_after_the_message_is_gone(self):
        payment = self.paid()
        self.credit(payment, 4)
        payment.s2s_do_refund()
        message = self.messages_of(payment)
        self.run_job(message)
        self.forget(message)
        payment.s2s_do_refund()
        self.assertFalse(self.messages_of(payment))
        self.assertEqual(payment.refunded, 4)

    def test_what_was_cancelled_does_not_come_back_when_its_message_goes(self):
        payment = self.paid()
        self.credit(payment, 4)
        payment.s2s_do_refund()
        message = self.messages_of(payment)
        message.with_user(self.operator).action_cancel()
        self.forget(message)
        self.assertEqual(payment.refunded, 0)
        payment.s2s_do_refund()
        self.assertEqual((self.amounts(payment), payment.refunded), (["4.00"], 4))

    def test_one_credit_note_is_given_back_once_over_several_payments(self):
        first = self.paid("S1", 10)
        second = self.paid("S2", 10, invoice=first.invoice_ids)
        self.credit(first, 14)
        (first | second).s2s_do_refund()
        self.assertEqual((self.amounts(first), self.amounts(second)), (["10.00"], ["4.00"]))

    def test_what_was_paid_out_otherwise_is_not_given_back(self):
        payment = self.paid()
        note = self.credit(payment, 4)
        cash = self.env["account.journal"].search(
            [("type", "=", "cash"), ("company_id", "=", self.env.company.id)], limit=1
        )
        context = {"active_model": "account.move", "active_ids": note.ids}
        wizard = self.env["account.payment.register"].with_context(**context)
        wizard.create({"journal_id": cash.id}).action_create_payments()
        self.refused(payment)

    def sent(self, payment):
        """The service is asked, and says yes."""
        before = self.messages_of(payment)
        payment.s2s_do_refund()
        self.run_job(self.messages_of(payment) - before)

    def test_a_refund_that_is_booked_counts_once(self):
        payment = self.paid()
        note = self.credit(payment, 4)
        self.sent(payment)
        self.booked(note, 4)
        self.assertEqual(note.amount_residual, 0)
        self.credit(payment, 3)
        payment.s2s_do_refund()
        self.assertEqual(self.amounts(payment), ["4.00", "3.00"])

    def test_so_the_rest_of_its_credit_note_is_given_back_to_another_payment(self):
        first = self.paid("S2", 10, invoice=self.posted(20))
        second = self.paid("S1", 10, invoice=first.invoice_ids)
        note = self.credit(first, 16)
        self.sent(first)
        self.booked(note, 10)
        self.assertEqual(note.amount_residual, 6)
        self.sent(second)
        self.assertEqual((self.amounts(first), self.amounts(second)), (["10.00"], ["6.00"]))
        self.booked(note, 6)
        second.s2s_do_refund()
        self.assertEqual(self.amounts(second), ["6.00"])

    def test_of_two_of_the_same_amount_each_has_its_booking(self):
        first = self.paid("S2", 10, invoice=self.posted(40))
        second = self.paid("S3", 10, invoice=first.invoice_ids)
        third = self.paid("S1", 20, invoice=first.invoice_ids)
        note = self.credit(first, 30)
        for payment in (first, second):
            self.sent(payment)
            self.booked(note, 10)
        third.s2s_do_refund()
        self.assertEqual(self.amounts(third), ["10.00"])

    def test_what_was_paid_out_besides_counts_too(self):
        """In another journal, of another amount, or again: so it is not what was asked for."""
        elsewhere = self.env["account.journal"].create({"name": "Elsewhere", "code": "ELSE", "type": "bank"})
        for number, (bookings, left) in enumerate(
            (
                ([(10, elsewhere)], 10),
                ([(9, self.cards)], 11),
                ([(10, self.cards), (10, self.cards)], 10),
            )
        ):
            with self.subTest(bookings=number):
                first = self.paid(f"A{number}", 10, invoice=self.posted(40))
                second = self.paid(f"B{number}", 30, invoice=first.invoice_ids)
                note = self.credit(first, 30)
                self.sent(first)
                for amount, journal in bookings:
                    self.booked(note, amount, journal)
                self.sent(second)
                self.assertEqual(self.amounts(second), [f"{left:.2f}"])

    def test_what_the_service_has_not_taken_yet_is_not_what_was_booked(self):
        """Somebody was quicker by hand, and the service may take it all the same."""
        first = self.paid("S2", 10, invoice=self.posted(40))
        second = self.paid("S1", 30, invoice=first.invoice_ids)
        note = self.credit(first, 30)
        first.s2s_do_refund()
        self.booked(note, 10)
        second.s2s_do_refund()
        self.assertEqual(self.amounts(second), ["10.00"])

    def test_nor_what_was_booked_before_it_was_asked_for(self):
        first = self.paid("S2", 10, invoice=self.posted(40))
        second = self.paid("S1", 30, invoice=first.invoice_ids)
        note = self.credit(first, 30)
        self.booked(note, 10, date=fields.Date.subtract(fields.Date.today(), days=1))
        self.sent(first)
        second.s2s_do_refund()
        self.assertEqual(self.amounts(second), ["10.00"])

    def test_what_is_set_against_the_invoice_of_this_payment_is(self):
        """Core's full refund does that, where the payment has not been booked yet."""
        payment = self.paid()
        note = self.credit(payment, 12.5)
        open_lines = (note | payment.invoice_ids).line_ids.filtered(
            lambda line: line.account_id.internal_type == "receivable"
        )
        open_lines.reconcile()
        self.assertEqual(note.amount_residual, 0)
        payment.s2s_do_refund()
        self.assertEqual(self.amounts(payment), ["12.50"])

    def test_what_lowered_an_invoice_that_was_still_open_is_not(self):
        invoice = self.posted(100)
        note = self.posted(50, "out_refund", reversed_entry_id=invoice.id)
        (note | invoice).line_ids.filtered(lambda line: line.account_id.internal_type == "receivable").reconcile()
        payment = self.paid(amount=50, invoice=invoice)
        self.refused(payment)
        self.credit(payment, 10)
        payment.s2s_do_refund()
        self.assertEqual(sum(map(float, self.amounts(payment))), 10)

    def test_who_still_owes_more_gets_nothing_back(self):
        """Part of it was paid in advance."""
        payment = self.paid(amount=50, invoice=self.posted(200))
        self.credit(payment, 100)
        self.refused(payment)

    def test_what_may_have_arrived_is_not_asked_for_again_when_it_is_cancelled(self):
        payment = self.paid()
        self.credit(payment, 4)
        payment.s2s_do_refund()
        message = self.messages_of(payment)
        self.endpoint.repeatable = False
        self.carrier.script = [stub_carrier.drops]
        self.run_job(message)
        self.assertEqual((message.state, message.doubtful), ("dead", True))
        message.with_user(self.operator).action_cancel()
        payment.s2s_do_refund()
        self.assertEqual((self.amounts(payment), payment.refunded), (["4.00"], 4))

    def test_nobody_edits_what_the_service_is_asked_for(self):
        payment = self.payment()
        payment.action_capture()
        message = self.kill(self.messages_of(payment))
        for name, value in (("path", "/payments/refund"), ("payload", '{"amount": "999.00"}')):
            with self.subTest(name=name), self.assertRaisesRegex(UserError, "not changed by hand"):
                message.with_user(self.operator).write({name: value})

    def test_only_what_was_paid(self):
        payment = self.paid()
        self.credit(payment, 12.5)
        for state in ("draft", "pending", "authorized", "cancel", "error"):
            payment.state = state
            with self.subTest(state=state):
                self.refused(payment, "Only what was paid can be refunded")

    def test_who_sells_does_not_refund(self):
        """Employees may write their own payments; who sells, also other people's."""
        payment = self.paid()
        self.credit(payment, 12.5)
        payment.partner_id = self.clerk.partner_id
        self.refused(payment, "Only those who write invoices", AccessError, self.clerk)

    def test_customers_do_not_refund(self):
        portal = new_test_user(self.env, "ana", groups="base.group_portal")
        self.customer = portal.partner_id
        payment = self.paid()
        self.credit(payment, 12.5)
        self.refused(payment, "", AccessError, portal)

    def test_a_card_that_was_tried_needs_no_credit_note(self):
        """As core's own validate() does it, as superuser."""
        payment = self.payment(state="done", type="validation")
        self.refused(payment)
        payment.sudo().s2s_do_refund()
        payment.sudo().s2s_do_refund()
        self.assertEqual(self.amounts(payment), ["12.50"])

    def test_a_card_that_was_refused_has_nothing_to_give_back(self):
        payment = self.payment(state="error", type="validation")
        payment.sudo().s2s_do_refund()
        self.assertFalse(self.messages_of(payment))
