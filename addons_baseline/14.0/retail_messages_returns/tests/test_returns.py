from datetime import timedelta

from odoo import fields
from odoo.addons.retail_returns.tests.common import ShopCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestReturns(ShopCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.email = "mia@shop.example"
        cls.rules = cls.env["retail.message.rule"].search([])
        cls.rules.write({"since": fields.Datetime.now() - timedelta(days=1)})

    def messages(self, document):
        domain = [("res_model", "=", "retail.return"), ("res_id", "=", document.id)]
        return self.env["retail.message"].search(domain, order="id")

    def told(self, document):
        return self.messages(document).mapped("rule_id.code")

    def test_authorised_received_and_refunded(self):
        document = self.make()
        self.assertEqual(self.told(document), [])
        document.action_approval_submit()
        self.assertEqual(self.told(document), ["return_authorized"])
        self.receive(document)
        self.assertEqual(self.told(document), ["return_authorized", "return_received"])
        if document.state == "received":
            document.with_user(self.inspector).line_ids.write({"condition": "sellable"})
            document.with_user(self.inspector).action_inspected()
        first, second = self.credit_note(30, return_id=document.id), self.credit_note(10, return_id=document.id)
        self.assertEqual(len(self.told(document)), 2)
        first.action_post()
        second.action_post()
        self.assertEqual(self.told(document)[2:], ["return_refunded"])
        mails = self.messages(document).mail_id
        self.assertEqual(mails.mapped("recipient_ids"), self.customer)
        self.assertTrue(all(document.name in mail.body_html for mail in mails))

    def test_rejected(self):
        document = self.make(line={"move_id": False}, picking_id=False)
        document.action_approval_submit()
        self.assertEqual(document.approval_state, "pending")
        document._approval_open_request().with_user(self.boss)._decide("rejected", "Worn")
        self.assertEqual(self.told(document), ["return_rejected"])

    def test_given_up_and_authorised_again_is_told_once(self):
        document = self.make()
        document.action_approval_submit()
        document.action_give_up()
        document.action_approval_submit()
        self.assertEqual(self.told(document), ["return_authorized"])

    def test_at_a_till_nobody_hears_of_what_he_sees(self):
        document = self.make(line={"move_id": False}, picking_id=False)
        document.action_approval_submit()
        self.approve(document)
        self.assertEqual((document.channel, document.state, self.told(document)), ("store", "authorized", []))

    def test_other_moves_tell_nothing(self):
        invoice = self.credit_note(40, move_type="out_invoice")
        invoice.action_post()
        self.assertFalse(self.env["retail.message"].search([("res_model", "=", "account.move")]))
