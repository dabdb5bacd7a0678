from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import MessageCase


@tagged("post_install", "-at_install")
class TestMessages(MessageCase):
    def test_who_wants_none_gets_those_of_the_contract_alone(self):
        self.customer.messages_refused = True
        order = self.confirmed()
        self.deliver(order.picking_ids)
        self.assertEqual(self.message(order).state, "queued")
        refused = self.message(order.picking_ids)
        self.assertEqual((refused.state, refused.mail_id.id), ("refused", False))

    def test_each_channel_can_be_left_out(self):
        self.rule("order_confirmed").for_order = False
        self.assertEqual(self.told(self.confirmed()), [])
        self.rule("order_confirmed").write({"for_order": True, "for_web": False})
        self.assertEqual(self.told(self.confirmed()), ["order_confirmed"])
        if "website_id" in self.env["sale.order"]._fields:
            website = self.env["website"].search([], limit=1)
            self.assertEqual(self.told(self.confirmed(website_id=website.id)), [])
            self.rule("order_confirmed").for_web = True
            self.assertEqual(self.told(self.confirmed(website_id=website.id)), ["order_confirmed"])

    def test_nobody_hears_of_what_began_before(self):
        order = self.order()
        self.rules.write({"since": fields.Datetime.now() + timedelta(seconds=5)})
        order.action_confirm()
        self.deliver(order.picking_ids)
        self.assertEqual(self.told(order) + self.told(order.picking_ids), [])

    def test_nor_of_what_happened_while_it_was_off(self):
        rule = self.rule("order_confirmed")
        began = rule.since
        rule.active = True
        self.assertEqual(rule.since, began)
        rule.active = False
        self.assertEqual(self.told(self.confirmed()), [])
        rule.active = True
        self.assertGreater(rule.since, began)

    def test_the_company_is_told_when_the_person_has_no_address(self):
        company = self.env["res.partner"].create({"name": "Muster", "is_company": True, "email": "x@shop.example"})
        person = self.env["res.partner"].create({"name": "Mia", "parent_id": company.id})
        self.assertEqual(self.message(self.confirmed(partner_id=person.id)).partner_id, company)

    def test_a_gift_is_not_given_away_to_who_receives_it(self):
        friend = self.env["res.partner"].create({"name": "Friend", "email": "friend@shop.example"})
        order = self.confirmed(partner_shipping_id=friend.id)
        self.deliver(order.picking_ids)
        self.assertEqual(self.message(order.picking_ids).mail_id.recipient_ids, self.customer)

    def test_without_an_address_somebody_sees_it_and_sends_it_later(self):
        self.customer.email = False
        message = self.message(self.confirmed()).with_user(self.seller)
        self.assertEqual(message.state, "no_address")
        self.customer.email = "mia@shop.example"
        message.action_send_again()
        self.assertEqual((message.state, message.sudo().mail_id.recipient_ids), ("queued", self.customer))
        with self.assertRaisesRegex(UserError, "needs no other message"):
            message.action_send_again()

    def test_what_the_mail_server_refused_is_sent_again(self):
        message = self.message(self.confirmed())
        first = message.mail_id
        first.state = "exception"
        message.with_user(self.seller).action_send_again()
        self.assertNotEqual(message.mail_id, first)
        self.assertEqual(message.mail_state, "outgoing")

    def test_whoever_sees_no_mails_finds_what_did_not_go_out(self):
        sent, failed = self.message(self.confirmed()), self.message(self.confirmed())
        failed.mail_id.state = "exception"
        self.customer.email = False
        without_address = self.message(self.confirmed())
        messages = (sent | failed | without_address).with_user(self.seller)
        own = [("id", "in", messages.ids)]
        self.assertEqual(messages.search([*own, ("not_sent", "=", True)]), failed | without_address)
        self.assertEqual(messages.search([*own, ("not_sent", "=", False)]), sent)
        self.assertEqual(messages.filtered("not_sent"), failed | without_address)

    def test_a_template_with_an_error_holds_nothing_up(self):
        template = self.rule("order_confirmed").template_id
        for broken in ("${object.nonsense.more}", "${"):
            with self.subTest(broken=broken):
                template.subject = broken
                before = self.env["mail.mail"].search([], order="id desc", limit=1)
                order = self.confirmed()
                message = self.message(order)
                self.assertEqual((order.state, message.state), ("sale", "failed"))
                self.assertTrue(message.error)
                self.assertEqual(self.env["mail.mail"].search([], order="id desc", limit=1), before)
        template.subject = "Confirmed"
        message.with_user(self.seller).action_send_again()
        self.assertEqual((message.state, message.error), ("queued", False))

    def test_who_may_not_change_the_order_sends_nothing(self):
        self.customer.email = False
        message = self.message(self.confirmed(user_id=self.seller.id))
        other = new_test_user(self.env, "other", groups="sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            message.with_user(other).action_send_again()

    def test_policy_decides_what_is_told_and_in_which_words(self):
        policy = new_test_user(self.env, "head office", groups="base.group_user,retail_base.group_policy")
        rule = self.rule("order_shipped").with_user(policy)
        rule.for_web = False
        rule.template_id.subject = "Gone"
        with self.assertRaises(AccessError):
            rule.with_user(self.seller).for_web = True
