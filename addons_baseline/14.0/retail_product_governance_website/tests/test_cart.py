from odoo.addons.retail_base import guard
from odoo.addons.retail_base.tests.taken_over import noted
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..hooks import leave_published_what_is_there
from .common import WebCase


@tagged("post_install", "-at_install")
class TestCart(WebCase):
    def pay(self, order, state="done"):
        acquirer = self.env["payment.acquirer"].search([], limit=1)
        values = {"acquirer_id": acquirer.id, "amount": order.amount_total, "currency_id": order.currency_id.id}
        values.update(state=state, reference=f"{order.name}-1", partner_id=self.customer.id)
        order.transaction_ids = self.env["payment.transaction"].create(values)

    def test_published_with_its_approval(self):
        product = self.draft()
        self.assertEqual((product.is_published, product.allow_web), (False, True))
        self.approve(product)
        self.assertTrue(product.website_published)

    def test_only_what_is_approved_gets_into_a_cart(self):
        with self.assertRaisesRegex(UserError, "Lamp is not approved"):
            self.cart(self.draft())
        self.assertEqual(len(self.cart(self.approved()).order_line), 1)

    def test_it_is_published_only_with_a_category_of_the_shop(self):
        with self.assertRaisesRegex(UserError, "category of the web shop"):
            self.draft(public_categ_ids=[]).action_approval_submit()
        with self.assertRaisesRegex(UserError, "tick To be sold"):
            self.draft(sale_ok=False).action_approval_submit()

    def test_what_left_the_shop_is_taken_out_of_the_cart(self):
        product, other = self.approved(), self.approved(name="Bulb")
        order = self.cart(product, other)
        self.assertFalse(order._drop_what_is_not_sold())
        product.with_user(self.steward).action_take_out_of_sale()
        self.assertTrue(order._drop_what_is_not_sold())
        self.assertEqual(order.order_line.product_id, other.product_variant_id)
        self.assertIn("taken out of the cart: Lamp", order.message_ids[0].body)

    def test_what_was_paid_is_delivered(self):
        for state in ("pending", "done"):
            product = self.approved()
            order = self.cart(product)
            self.pay(order, state)
            product.with_user(self.steward).action_take_out_of_sale()
            order.action_confirm()
            self.assertEqual(order.state, "sale")

    def test_what_was_not_paid_is_not(self):
        product = self.approved()
        order = self.cart(product)
        self.pay(order, "cancel")
        product.with_user(self.steward).action_take_out_of_sale()
        with self.assertRaisesRegex(UserError, "Lamp is not approved"):
            order.action_confirm()

    def test_what_was_never_approved_is_not_sold_as_paid(self):
        order = self.cart(self.approved())
        self.pay(order)
        order.order_line.product_id = self.draft().product_variant_id
        with self.assertRaisesRegex(UserError, "Lamp is not approved"):
            order.action_confirm()

    def test_what_was_published_before_stays_so_and_is_counted(self):
        product, other = self.draft(), self.draft(is_published=False)
        guard.passing(product | other).write({"approval_state": "approved", "allow_web": False})
        guard.passing(product).write({"is_published": True})
        (product | other).flush()
        leave_published_what_is_there(self.cr, self.registry)
        (product | other).invalidate_cache()
        self.assertEqual((product.allow_web, other.allow_web), (True, False))
        self.assertEqual(noted(self.env, "retail_product_governance_website"), ("product.template", 1))
