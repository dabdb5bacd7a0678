from odoo import fields
from odoo.addons.retail_base import guard
from odoo.addons.retail_base.tests.taken_over import noted
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..hooks import leave_in_the_till_what_is_there
from .common import TillCase


@tagged("post_install", "-at_install")
class TestTillSales(TillCase):
    def test_what_is_approved_for_the_till_is_sold(self):
        product = self.approved()
        self.assertTrue(product.available_in_pos)
        self.assertEqual(self.send(self.open_session(), product).state, "paid")

    def test_what_was_never_approved_is_not(self):
        session, product = self.open_session(), self.draft()
        with self.assertRaisesRegex(UserError, "Lamp is not approved. Submit it"), self.cr.savepoint():
            self.send(session, product)
        other = self.approved(available_in_pos=False)
        with self.assertRaisesRegex(UserError, "not approved for this: To be in the till"), self.cr.savepoint():
            self.send(session, other)
        order = self.send(session, self.approved())
        with self.assertRaisesRegex(UserError, "Lamp is not approved"), self.cr.savepoint():
            order.lines.write({"product_id": product.product_variant_id.id})

    def test_a_till_that_was_open_sells_on(self):
        session, product = self.open_session(), self.approved()
        product.with_user(self.steward).action_take_out_of_sale()
        self.assertFalse(product.available_in_pos)
        self.assertEqual(self.send(session, product).state, "paid")
        other = self.approved()
        other.with_user(self.steward).allow_pos = False
        self.assertEqual(self.send(session, other).state, "paid")

    def test_a_till_that_opens_afterwards_does_not(self):
        product = self.approved()
        product.with_user(self.steward).action_take_out_of_sale()
        session = self.open_session()
        session.start_at = fields.Datetime.add(product.till_left_at, minutes=1)
        with self.assertRaisesRegex(UserError, "Lamp is not approved"):
            self.send(session, product)

    def test_what_a_till_sends_late_is_taken(self):
        product = self.approved()
        product.with_user(self.steward).action_take_out_of_sale()
        session = self.open_session()
        session.write({"rescue": True, "start_at": fields.Datetime.add(product.till_left_at, days=1)})
        self.assertEqual(self.send(session, product).state, "paid")

    def test_what_a_till_has_sold_is_invoiced_and_nothing_by_hand(self):
        product = self.approved()
        order = self.send(self.open_session(), product, customer=self.customer)
        product.with_user(self.steward).action_take_out_of_sale()
        order.action_pos_order_invoice()
        invoice = order.account_move
        # The order is of 2030, when it would be posted by itself.
        invoice.auto_post = False
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")
        by_hand = invoice.copy()
        with self.assertRaisesRegex(UserError, "Lamp is not approved"):
            by_hand.action_post()

    def test_returned_goods_are_taken_back(self):
        product = self.draft()
        self.assertEqual(self.send(self.open_session(), product, qty=-1).state, "paid")

    def test_a_product_whose_change_waits_is_sold_on(self):
        product = self.approved()
        self.changed(product, type="service")
        self.assertEqual(self.send(self.open_session(), product).state, "paid")

    def test_tips_are_not_among_the_products(self):
        tip = self.approved(available_in_pos=False)
        self.till.tip_product_id = tip.product_variant_id
        self.assertEqual(self.send(self.open_session(), tip).state, "paid")

    def test_what_was_in_the_till_before_stays_there_and_is_counted(self):
        product, other = self.draft(), self.draft(available_in_pos=False)
        guard.passing(product | other).write({"approval_state": "approved", "allow_pos": False, "sale_ok": True})
        guard.passing(product).write({"available_in_pos": True})
        (product | other).flush()
        leave_in_the_till_what_is_there(self.cr, self.registry)
        (product | other).invalidate_cache()
        self.assertEqual((product.allow_pos, other.allow_pos), (True, False))
        self.assertEqual(noted(self.env, "retail_product_governance_pos"), ("product.template", 1))
        self.assertEqual(self.send(self.open_session(), product).state, "paid")
