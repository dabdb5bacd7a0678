from odoo.exceptions import UserError
from odoo.tests import SavepointCase, tagged
from odoo.tools import mute_logger
from psycopg2 import OperationalError

from .common import TillMixin


@tagged("post_install", "-at_install")
class TestTill(TillMixin, SavepointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_till()

    def test_a_sale_has_no_return(self):
        order = self.ring_up(2)
        self.assertEqual((order.state, order.return_ids.ids), ("paid", []))

    def test_what_a_till_takes_back_waits_and_is_recorded(self):
        order = self.ring_up(-1)
        document = order.return_ids
        self.assertEqual((order.state, document.approval_state, document.state), ("paid", "approved", "released"))
        self.assertEqual((document.channel, document.amount, document.approved_amount), ("store", 40, 40))
        self.assertEqual(document.approval_request_ids.requester_id, self.cashier)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual((self.at(self.waiting), self.at(self.shelf)), (1, 95))

    def test_above_the_limits_it_is_taken_and_looked_into(self):
        order = self.ring_up(-3)
        document = order.return_ids
        self.assertEqual((order.state, order.picking_ids.state), ("paid", "done"), "a till is never refused")
        self.assertEqual((document.approval_state, self.at(self.waiting)), ("pending", 3))
        self.assertTrue(document.paid_unapproved)
        self.approve(document)
        self.assertTrue(document.paid_unapproved, "that it was paid before stays on record")
        self.assertEqual(document.state, "received")
        document.with_user(self.inspector).line_ids.condition = "sellable"
        document.with_user(self.inspector).action_inspected()
        self.assertEqual((document.state, document.incoming_ids.location_dest_id), ("released", self.shelf))

    def test_where_stock_moves_when_the_till_closes(self):
        self.session.update_stock_at_closing = True
        order = self.ring_up(-1)
        self.assertEqual((order.return_ids.state, self.at(self.waiting)), ("released", 0))
        self.session.with_user(self.cashier).action_pos_session_closing_control()
        self.assertEqual((self.session.state, self.at(self.waiting), self.at(self.shelf)), ("closed", 1, 95))

    def test_without_a_customer_and_without_goods(self):
        self.assertTrue(self.ring_up(-1, partner_id=False).return_ids)
        service = self.env["product.product"].create({"name": "Repair", "type": "service", "list_price": 5})
        document = self.ring_up(-1, service, number=2).return_ids
        self.assertEqual((document.goodwill, document.approval_state), (5, "pending"))

    def test_its_invoice_needs_no_return_of_its_own(self):
        order = self.ring_up(-1)
        order.action_pos_order_invoice()
        self.assertEqual((order.account_move.move_type, order.account_move.state), ("out_refund", "posted"))

    def test_nobody_claims_a_till_took_it_back(self):
        order = self.ring_up(2)
        with self.assertRaises(UserError):
            self.make(user=self.manager, pos_order_id=order.id)

    def test_what_cannot_be_recorded_is_made_later(self):
        order = self.ring_up_without_return(self.refused)
        self.assertEqual((order.state, order.picking_ids.state, self.at(self.waiting)), ("paid", "done", 1))
        self.assertEqual(order.return_missing, "The moon is full.")
        self.assertFalse(self.env["retail.return"].search([("pos_order_id", "=", order.id)]), "nor half of it")
        self.env.ref("retail_returns_pos.cron_missing_returns").method_direct_trigger()
        document = order.return_ids
        self.assertEqual((document.state, document.approval_request_ids.requester_id), ("released", self.cashier))
        self.assertFalse(order.return_missing)

    def test_an_error_of_the_database_does_not_lose_the_order(self):
        order = self.ring_up_without_return(lambda cr: cr.execute("SELECT 1 / 0", log_exceptions=False))
        self.assertEqual((order.state, order.picking_ids.state), ("paid", "done"))
        self.assertIn("division by zero", order.return_missing)

    def test_nor_does_its_invoice_wait(self):
        order = self.ring_up_without_return(self.refused, to_invoice=True)
        self.assertEqual((order.state, order.account_move.state), ("invoiced", "posted"))

    def test_who_was_too_late_begins_again(self):
        def too_late(_cr):
            raise OperationalError("could not serialize")

        with self.assertRaises(OperationalError):
            self.ring_up_without_return(too_late)

    @mute_logger("odoo.addons.retail_returns_pos.models.pos_order")
    def test_somebody_is_asked_when_it_fails_again(self):
        order = self.ring_up_without_return(self.refused)
        activities = self.session.activity_ids
        self.assertFalse(activities, "it may have been a moment's matter")
        with self.failing(self.refused):
            for _run in range(2):
                self.env["pos.order"]._make_missing_returns()
        activity = self.session.activity_ids
        self.assertEqual((activity.summary, activity.user_id), (order.name, self.session.user_id))
        self.assertIn("The moon is full.", activity.note)
        self.env["pos.order"]._make_missing_returns()
        self.assertFalse(activity.exists())
        self.assertTrue(order.return_ids)
