import json

from odoo.addons.retail_returns.tests.common import ShopCase
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged


@tagged("post_install", "-at_install")
class TestRefunds(ShopCase):
    """Mia has paid an order of five coats at 40 in advance, and all were delivered."""

    def setUp(self):
        super().setUp()
        self.endpoint = self.env["retail.connector.endpoint"].create(
            {"name": "Cards", "code": "cards", "kind": "payment", "url": "https://cards.invalid", "paused": True}
        )
        self.accountant = new_test_user(self.env, "anna", groups="account.group_account_invoice")
        self.paid = self.payment(self.order)

    def payment(self, order):
        cards = self.env["account.journal"].search([("type", "=", "bank")], limit=1)
        acquirer = self.env["payment.acquirer"].create(
            {
                "name": "Cards",
                "journal_id": cards.id,
                "provider": "manual",
                "view_template_id": self.env.ref("payment.default_acquirer_button").id,
                "connector_endpoint_id": self.endpoint.id,
            }
        )
        return self.env["payment.transaction"].create(
            {
                "reference": order.name,
                "acquirer_id": acquirer.id,
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": [(6, 0, order.ids)],
                "state": "done",
            }
        )

    def refund(self, user, payment=None):
        (payment or self.paid).with_user(user).s2s_do_refund()

    def asked(self):
        messages = self.env["retail.connector.message"].search([("endpoint_id", "=", self.endpoint.id)])
        return [json.loads(message.payload)["amount"] for message in messages]

    def refused(self, user, error, why="", payment=None):
        with self.assertRaisesRegex(error, why), self.cr.savepoint():
            self.refund(user, payment)
        self.assertEqual(self.asked(), [])

    def on_a_return(self, units=1.0):
        document = self.released(units)
        note = self.credit_note(40 * units, return_id=document.id)
        note.action_post()
        return note

    def test_an_accountant_refunds_what_came_back(self):
        note = self.on_a_return(2)
        self.refund(self.accountant)
        self.assertEqual(self.asked(), ["80.00"])
        self.assertEqual(self.paid.refund_ids.credit_note_id, note)
        self.refund(self.accountant)
        self.assertEqual(self.asked(), ["80.00"], "and that once")

    def test_a_refund_that_is_booked_leaves_the_next_return_what_it_is_worth(self):
        note = self.on_a_return(2)
        self.refund(self.accountant)
        sent = self.env["retail.connector.message"].search([("endpoint_id", "=", self.endpoint.id)])
        sent._passing().write({"state": "sent"})
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=note.ids
        )
        wizard.create({"journal_id": self.paid.acquirer_id.journal_id.id}).action_create_payments()
        self.assertEqual(note.amount_residual, 0)
        self.on_a_return()
        self.refund(self.accountant)
        self.assertEqual(sorted(self.asked()), ["40.00", "80.00"])

    def test_without_a_return_not_even_an_accountant_does(self):
        self.refused(self.accountant, UserError, "no posted credit note")
        note = self.credit_note(40)
        with self.assertRaisesRegex(UserError, "needs a return"), self.cr.savepoint():
            note.action_post()
        self.refused(self.accountant, UserError, "no posted credit note")

    def test_nor_before_the_credit_note_is_posted(self):
        self.credit_note(40, return_id=self.released().id)
        self.refused(self.accountant, UserError, "no posted credit note")

    def test_a_return_of_another_order_is_for_another_payment(self):
        other, _delivery = self.deliver(self.coat, 1)
        self.on_a_return()
        self.refused(self.accountant, UserError, "no posted credit note", self.payment(other))

    def test_who_sells_refunds_neither_with_nor_without_a_return(self):
        self.refused(self.seller, AccessError, "Only those who write invoices")
        self.on_a_return()
        self.refused(self.seller, AccessError, "Only those who write invoices")

    def test_nor_does_the_customer(self):
        portal = new_test_user(self.env, "mia", groups="base.group_portal")
        portal.partner_id = self.customer
        self.on_a_return()
        self.assertEqual(self.paid.with_user(portal).state, "done", "who reads it")
        self.refused(portal, AccessError)
