from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import SavepointCase, new_test_user, tagged

from .common import TillMixin


@tagged("post_install", "-at_install")
class TestAsked(TillMixin, SavepointCase):
    """A till asks before it pays back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_till()

    def test_within_the_limits_it_is_authorised_at_once_and_then_paid(self):
        document, problem = self.ask(1)
        self.assertFalse(problem)
        self.assertEqual((document.approval_state, document.state), ("approved", "authorized"))
        self.assertEqual((document.line_ids.reason_id, document.amount), (self.reason, 40))
        self.assertEqual(document.approval_request_ids.requester_id, self.cashier)
        self.assertFalse(document.incoming_ids, "the goods come with the till's order")
        order = self.ring_up(-1, return_asked_id=document.id, return_reason_id=self.reason.id)
        self.assertEqual((order.return_ids, document.state), (document, "released"))
        self.assertEqual((self.at(self.waiting), document.paid_unapproved), (1, False))

    def test_above_them_nothing_is_paid_before_somebody_agreed(self):
        document, problem = self.ask(3)
        self.assertRegex(problem, "waits for somebody of: Approves returns")
        self.assertEqual(self.find(document.name, 3), problem)
        self.approve(document)
        self.assertFalse(self.find(document.name.lower(), 3))
        order = self.ring_up(-3, return_asked_id=document.id)
        self.assertEqual((order.return_ids, document.state), (document, "received"))
        self.assertFalse(document.paid_unapproved)

    def test_what_was_rejected(self):
        document, _problem = self.ask(3)
        action = document.with_user(self.boss).action_approval_ask_why_not()
        wizard = self.env[action["res_model"]].with_user(self.boss).with_context(**action["context"])
        wizard.create({"note": "Worn"}).action_reject()
        self.assertRegex(self.find(document.name, 3), "was rejected: Worn. Pay nothing back")

    def test_exactly_what_was_approved(self):
        document, _problem = self.ask(2)
        self.assertRegex(self.find(document.name, 1), "is about other goods: 2 Coat")
        self.coat.lst_price = 50
        self.assertRegex(self.find(document.name, 2), "80.00 may be paid back without taxes, and this is 100.00")
        self.assertRegex(self.find("RET/1", 1), "There is no return RET/1")

    def test_not_twice(self):
        document, _problem = self.ask(1)
        self.ring_up(-1, return_asked_id=document.id)
        self.assertRegex(self.find(document.name, 1), "has been paid back already")
        order = self.ring_up(-1, number=2, return_asked_id=document.id)
        self.assertNotEqual(order.return_ids, document)
        self.assertEqual((order.state, len(order.return_ids)), ("paid", 1), "recorded all the same")

    def test_nor_at_the_till_and_with_a_credit_note(self):
        document, _problem = self.ask(1, partner_id=self.customer.id)
        order = self.ring_up(-1, return_asked_id=document.id)
        self.assertEqual(document.state, "released")
        with self.assertRaisesRegex(UserError, "was paid back at the till"), self.cr.savepoint():
            self.credit_note(40, return_id=document.id).action_post()
        order.action_pos_order_invoice()
        self.assertEqual(order.account_move.state, "posted", "the order's own")

    def test_not_at_another_store_and_not_what_was_delivered(self):
        document, _problem = self.ask(1)
        elsewhere = self.env["stock.warehouse"].create({"name": "X", "code": "X"})
        self.config.picking_type_id = elsewhere.pos_type_id
        self.assertRegex(self.find(document.name, 1), "comes back to Rue Haute. Send the customer there")
        delivered = self.make()
        delivered.action_approval_submit()
        self.assertRegex(self.find(delivered.name, 1), "is refunded with a credit note")

    def test_one_of_the_back_office_is_paid_at_the_till(self):
        """Nobody knows when it was sold, so somebody agrees; no transfer waits for the goods any more."""
        document = self.make(2, picking_id=False, line={"move_id": False})
        document.action_approval_submit()
        self.approve(document)
        expected = document.incoming_ids
        self.assertEqual(expected.state, "assigned")
        self.assertFalse(self.find(document.name, 2))
        self.ring_up(-2, return_asked_id=document.id)
        self.assertEqual(expected.state, "cancel")
        self.assertEqual((document.state, self.at(self.waiting)), ("received", 2))

    def test_something_has_to_be_said(self):
        self.reason = self.env.ref("retail_returns.reason_defect")
        before = self.env["retail.return"].search_count([])
        answer = self.session.with_user(self.cashier).till_return_ask(self.asked(1))
        self.assertRegex(answer["ask_note"], "Say in a note what is the matter with Coat")
        self.assertEqual(self.env["retail.return"].search_count([]), before)
        document, problem = self.ask(1, note="The zip")
        self.assertEqual((document.line_ids.note, problem), ("The zip", False))

    def test_asked_anew_when_the_order_has_changed(self):
        first, _problem = self.ask(3)
        second, _problem = self.ask(1, replaces=first.name)
        self.assertEqual((first.approval_state, second.approval_state), ("draft", "approved"))
        sale = self.make()
        sale.action_approval_submit()
        self.ask(1, replaces=sale.name)
        self.assertEqual(sale.approval_state, "approved", "a till forgets only what it asked for")

    def test_only_reasons_that_are_offered_and_only_who_works_there(self):
        self.reason.offered = False
        with self.assertRaisesRegex(UserError, "Choose the reason"):
            self.ask(1)
        stranger = new_test_user(self.env, "stranger", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.session.with_user(stranger).till_return_ask(self.asked(1))

    def test_repairs_are_goodwill_and_somebody_agrees(self):
        service = self.env["product.product"].create({"name": "Repair", "type": "service", "list_price": 5})
        document, problem = self.ask(1, service)
        self.assertRegex(problem, "waits for somebody")
        self.approve(document)
        self.assertEqual((document.goodwill, self.find(document.name, 1, service)), (5, False))
        order = self.ring_up(-1, service, return_asked_id=document.id)
        self.assertEqual((order.return_ids, document.state), (document, "released"))

    def test_a_price_below_zero_pays_back_too(self):
        service = self.env["product.product"].create({"name": "Gift", "type": "service", "list_price": -200})
        document = self.ring_up(1, service).return_ids
        self.assertEqual((document.goodwill, document.paid_unapproved), (200, True))

    def test_without_a_connection_the_reason_comes_with_the_order(self):
        order = self.ring_up(-1, return_reason_id=self.reason.id, return_note="Too red")
        document = order.return_ids
        self.assertEqual((document.line_ids.reason_id, document.line_ids.note), (self.reason, "Too red"))
        self.assertFalse(document.paid_unapproved)
        self.assertEqual(self.config.return_limit, 100)

    def test_an_order_is_not_lost_because_of_what_it_names(self):
        order = self.ring_up(-1, return_asked_id=999999999, return_reason_id=999999999)
        self.assertEqual((order.state, len(order.return_ids)), ("paid", 1))
        document, _problem = self.ask(1)
        other = self.ring_up(-2, number=2, return_asked_id=document.id)
        self.assertEqual((other.state, document.state), ("paid", "authorized"))
        self.assertNotEqual(other.return_ids, document)

    def test_what_nobody_paid_back_is_given_up(self):
        unused, _problem = self.ask(1)
        fresh, _problem = self.ask(1)
        agreed, _problem = self.ask(3)
        self.approve(agreed)
        self.env["base"].flush()
        yesterday = fields.Datetime.now() - timedelta(days=2)
        documents = tuple((unused | agreed).ids)
        self.cr.execute("UPDATE retail_return SET create_date = %s WHERE id IN %s", (yesterday, documents))
        self.env["retail.return"].invalidate_cache()
        self.env.ref("retail_returns_pos.cron_unused_returns").method_direct_trigger()
        self.assertEqual([each.state for each in (unused, fresh, agreed)], ["draft", "authorized", "authorized"])

    def test_nobody_sets_the_price_of_a_line(self):
        document, _problem = self.ask(3)
        document.action_approval_withdraw()
        with self.assertRaisesRegex(UserError, "cannot be set by hand"):
            document.line_ids.till_price = 1
