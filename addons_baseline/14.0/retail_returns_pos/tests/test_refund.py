from odoo.exceptions import UserError
from odoo.tests import SavepointCase, tagged

from .common import TillMixin


@tagged("post_install", "-at_install")
class TestRefund(TillMixin, SavepointCase):
    """The button Return Products, and whatever else pays back in the back office."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_till()

    def sold(self, units=5, **values):
        return self.ring_up(units, **values).with_user(self.cashier)

    def ask_for(self, sold, units):
        """The return that the button opens, for so many, submitted."""
        action = sold.refund()
        self.assertEqual(action["res_model"], "retail.return")
        document = self.env["retail.return"].with_user(self.cashier).browse(action["res_id"])
        document.line_ids.write({"quantity": units, "reason_id": self.reason.id})
        document.action_approval_submit()
        return document

    def test_first_the_return_then_the_money(self):
        sold = self.sold()
        orders = self.env["pos.order"].search_count([])
        document = self.ask_for(sold, 3)
        self.assertEqual((document.approval_state, document.amount), ("pending", 120))
        self.assertEqual(sold.refund()["res_id"], document.id, "it waits")
        self.assertEqual(self.env["pos.order"].search_count([]), orders, "nothing is refunded yet")
        self.approve(document)
        order = sold.browse(sold.refund()["res_id"])
        self.assertEqual((order.lines.qty, order.amount_total), (-3, -120))
        self.assertEqual(sold.refund()["res_id"], order.id, "pressed twice it is refunded once")
        self.payment(order).check()
        self.assertEqual((order.state, order.return_ids, document.state), ("paid", document, "received"))
        self.assertEqual((self.at(self.waiting), self.at(self.shelf)), (3, 90))

    def test_within_the_limits_nobody_is_asked(self):
        sold = self.sold()
        document = self.ask_for(sold, 1)
        self.assertEqual(document.state, "authorized")
        order = sold.browse(sold.refund()["res_id"])
        self.payment(order).check()
        self.assertEqual((order.state, document.state), ("paid", "released"))

    def test_no_more_than_was_sold_in_one_or_in_parts(self):
        sold = self.sold()
        with self.assertRaisesRegex(UserError, "only 5.0 can still come back"), self.cr.savepoint():
            self.ask_for(sold, 6)
        first = self.ask_for(sold, 1)
        self.payment(sold.browse(sold.refund()["res_id"])).check()
        self.assertEqual(first.state, "released")
        second = self.env["retail.return"].browse(sold.refund()["res_id"])
        self.assertEqual(second.line_ids.quantity, 4, "what is left")
        with self.assertRaisesRegex(UserError, "only 4.0 can still come back"), self.cr.savepoint():
            self.ask_for(sold, 5)
        document = self.ask_for(sold, 2)
        self.assertEqual(document.approval_state, "pending", "in pieces it is still one: 120")

    def test_only_what_was_sold_with_it(self):
        sold, other = self.sold(), self.sold(number=2)
        action = sold.refund()
        document = self.env["retail.return"].browse(action["res_id"])
        document.line_ids.write({"reason_id": self.reason.id, "sold_line_id": other.lines.id})
        with self.assertRaisesRegex(UserError, "was not sold with this order"):
            document.action_approval_submit()

    def test_changed_after_it_was_approved(self):
        sold = self.sold()
        document = self.ask_for(sold, 1)
        order = sold.browse(sold.refund()["res_id"])
        order.lines.qty = -4
        with self.assertRaisesRegex(UserError, "is about other goods"):
            self.payment(order).check()
        self.assertEqual(document.state, "authorized")

    def test_an_order_made_by_hand_pays_nothing_back(self):
        order = self.env["pos.order"].with_user(self.cashier).create(self.draft_back(1))
        with self.assertRaisesRegex(UserError, "pays back without a return. Delete it"), self.cr.savepoint():
            self.payment(order).check()
        payment = {"pos_order_id": order.id, "amount": -40, "payment_method_id": self.cash.id}
        with self.assertRaisesRegex(UserError, "pays back without a return"), self.cr.savepoint():
            order.add_payment(payment)
        context = {"retail_returns_from_till": True}
        with self.assertRaisesRegex(UserError, "pays back without a return"), self.cr.savepoint():
            order.with_context(**context).state = "paid"
        self.assertFalse(order.payment_ids)
