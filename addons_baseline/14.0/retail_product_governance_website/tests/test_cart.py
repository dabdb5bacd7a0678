from datetime import timedelta

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
        self.assertEqual(len(self.cart(self.approved()).order_line), 1)
        self.assert_not_sold(self.draft())

    def assert_not_sold(self, product):
        with self.assertRaisesRegex(UserError, "not sold in the web shop"), self.cr.savepoint():
            self.cart(product)

    def test_what_is_approved_for_the_till_alone_does_not(self):
        product = self.approved(is_published=False)
        self.assertEqual((product.allow_sale, product.allow_web), (True, False))
        self.assert_not_sold(product)

    def test_what_is_not_shown_does_not_either(self):
        for hidden in ({"is_published": False}, {"sale_ok": False}):
            product = self.approved()
            product.with_user(self.designer).write(hidden)
            self.assertEqual((product.approval_state, product.allow_web), ("approved", True))
            self.assert_not_sold(product)

    def test_what_another_website_sells_does_not_either(self):
        product = self.approved()
        product.website_id = self.website.copy({"name": "Elsewhere"})
        self.assert_not_sold(product)

    def test_a_variant_that_waits_does_not_either(self):
        product = self.approved()
        guard.passing(product.product_variant_id).write({"approval_pending": True})
        self.assert_not_sold(product)

    def test_what_needs_no_approval_has_to_be_shown(self):
        house = self.env.ref("retail_product_governance.category_house")
        product = guard.passing(self.env["product.template"]).create({"name": "Discount", "categ_id": house.id})
        self.assert_not_sold(product)
        product.is_published = True
        self.assertTrue(self.cart(product).order_line)

    def test_what_left_may_become_less_and_not_more(self):
        product = self.approved()
        order = self.cart(product)
        line = order.order_line
        self.put_in(order, product, line_id=line.id, set_qty=3)
        self.leave_web_shop(product)
        with self.assertRaisesRegex(UserError, "not sold in the web shop"), self.cr.savepoint():
            self.put_in(order, product, line_id=line.id, set_qty=4)
        # As core does with each line when the pricelist changes.
        self.put_in(order, product, line_id=line.id, add_qty=0)
        self.put_in(order, product, line_id=line.id, set_qty=2)
        self.assertEqual(line.product_uom_qty, 2)
        self.put_in(order, product, line_id=line.id, set_qty=0, add_qty=None)
        self.assertFalse(order.order_line)

    def leave_web_shop(self, product):
        """It is sold on elsewhere."""
        product.with_user(self.steward).allow_web = False
        self.assertEqual((product.approval_state, product.sale_ok), ("approved", True))

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

    def test_so_is_what_left_the_web_shop_alone(self):
        withdrawn, hidden, archived = self.approved(), self.approved(name="Vase"), self.approved(name="Pot")
        other = self.approved(name="Bulb")
        order = self.cart(withdrawn, hidden, archived, other)
        self.leave_web_shop(withdrawn)
        hidden.with_user(self.designer).is_published = False
        archived.with_user(self.steward).active = False
        self.assertTrue(order._drop_what_is_not_sold())
        self.assertEqual(order.order_line.product_id, other.product_variant_id)

    def test_who_has_the_page_of_payment_open_pays_nothing_that_left(self):
        product = self.approved()
        order = self.cart(product)
        self.leave_web_shop(product)
        acquirer = self.env.ref("payment.payment_acquirer_transfer")
        with self.assertRaisesRegex(UserError, "look through your cart"), self.cr.savepoint():
            order._create_payment_transaction({"acquirer_id": acquirer.id})
        order._drop_what_is_not_sold()
        self.put_in(order, self.approved(name="Bulb"))
        self.assertTrue(order._create_payment_transaction({"acquirer_id": acquirer.id}))

    def test_a_salesperson_adds_what_is_sold_elsewhere(self):
        product, shown = self.approved(is_published=False), self.approved(name="Bulb")
        order = self.cart(shown)
        self.add(order, product)
        self.assertFalse(order._drop_what_is_not_sold())
        product.with_user(self.steward).allow_sale = False
        self.assertTrue(order._drop_what_is_not_sold())
        self.assertEqual(order.order_line.product_id, shown.product_variant_id)

    def add(self, order, product):
        """In the back office."""
        line = {"order_id": order.id, "product_id": product.product_variant_id.id}
        return self.env["sale.order.line"].with_user(self.steward).create(line)

    def test_who_works_in_the_shop_buys_on_the_website_like_everybody(self):
        product = self.approved()
        order = self.cart()
        order.partner_id = self.steward.partner_id
        order.with_user(self.steward).sudo()._cart_update(product_id=product.product_variant_id.id, add_qty=1)
        self.assertFalse(order._drop_what_is_not_sold())
        self.leave_web_shop(product)
        self.assertTrue(order._drop_what_is_not_sold())

    def test_what_the_shop_adds_by_itself_stays(self):
        order = self.cart(self.approved(), self.approved(name="Bulb"))
        for line, name in zip(order.order_line, ("is_delivery", "is_reward_line")):
            line[name] = True
            self.leave_web_shop(line.product_id.product_tmpl_id)
        self.assertFalse(order._drop_what_is_not_sold())

    def test_what_was_paid_is_delivered(self):
        for state in ("pending", "done"):
            product = self.approved()
            order = self.cart(product)
            self.pay(order, state)
            product.with_user(self.steward).action_take_out_of_sale()
            order.action_confirm()
            self.assertEqual(order.state, "sale")

    def test_also_what_is_not_sold_any_more_and_keeps_its_approval(self):
        product = self.approved()
        order = self.cart(product)
        self.pay(order)
        product.with_user(self.steward).allow_sale = False
        self.assertEqual((product.approval_state, product.sale_ok), ("approved", False))
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_nobody_adds_what_is_not_sold_to_what_was_paid(self):
        order = self.cart(self.approved())
        self.pay(order)
        self.add(order, self.approved(name="Vase", sale_ok=False, is_published=False))
        with self.assertRaisesRegex(UserError, "not approved for this: To be sold"):
            order.action_confirm()

    def test_nor_what_was_sold_while_it_was_paid(self):
        product, shown = self.approved(name="Vase"), self.approved()
        order = self.cart(shown)
        self.pay(order)
        line = self.add(order, product)
        product.with_user(self.steward).action_take_out_of_sale()
        self.made(line, order.transaction_ids.create_date + timedelta(seconds=1))
        with self.assertRaisesRegex(UserError, "Vase is not approved"):
            order.action_confirm()

    def test_nor_what_a_line_was_changed_to_after_it_was_paid(self):
        """By RPC, or in the back office; whether it left the shop before or after that."""
        product, other = self.approved(), self.approved(name="Vase")
        order, elsewhere = self.cart(product), self.cart(other)
        self.pay(order)
        line, moment = order.order_line, order.transaction_ids.create_date
        for each in line | elsewhere.order_line:
            self.made(each, moment - timedelta(hours=2))
        self.made(order.transaction_ids, moment - timedelta(hours=1))
        other.with_user(self.steward).action_take_out_of_sale()
        changes = (
            lambda: line.with_user(self.steward).write({"product_id": other.product_variant_id.id}),
            lambda: elsewhere.order_line.with_user(self.steward).write({"order_id": order.id}),
        )
        for change in changes:
            with self.assertRaisesRegex(UserError, "Vase is not approved"), self.cr.savepoint():
                change()
                order.action_confirm()
        # What is written as it was is no change.
        line.with_user(self.steward).write({"product_id": product.product_variant_id.id, "order_id": order.id})
        product.with_user(self.steward).action_take_out_of_sale()
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_what_was_changed_before_it_was_paid_is_delivered(self):
        product, other = self.approved(), self.approved(name="Vase")
        order = self.cart(product)
        order.order_line.product_id = other.product_variant_id
        self.pay(order)
        self.made(order.transaction_ids, order.order_line.changed_at)
        other.with_user(self.steward).action_take_out_of_sale()
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def made(self, record, moment):
        """All that a test does happens in one transaction, and so at one moment."""
        record.flush()
        query = f'UPDATE "{record._table}" SET create_date = %s WHERE id = %s'  # noqa: S608 # the ORM's name
        self.env.cr.execute(query, (moment, record.id))
        record.invalidate_cache(["create_date"])

    def test_who_begins_to_pay_after_it_left_is_refused(self):
        product = self.approved()
        order = self.cart(product)
        self.pay(order, "pending")
        # As core says of a transfer that was promised.
        order.state = "sent"
        product.with_user(self.steward).action_take_out_of_sale()
        acquirer = self.env.ref("payment.payment_acquirer_transfer")
        with self.assertRaisesRegex(UserError, "do not sell all of it"), self.cr.savepoint():
            order._create_payment_transaction({"acquirer_id": acquirer.id})
        self.made(order.transaction_ids, product.approval_ended_at + timedelta(seconds=1))
        with self.assertRaisesRegex(UserError, "Lamp is not approved"):
            order.action_confirm()

    def test_of_what_was_paid_there_is_no_more_than_that(self):
        product = self.approved()
        order = self.cart(product)
        self.pay(order, "done")
        product.with_user(self.steward).action_take_out_of_sale()
        order.action_confirm()
        with self.assertRaisesRegex(UserError, "Lamp is not approved"):
            order.order_line.product_uom_qty = 100

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
