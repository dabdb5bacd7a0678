from odoo.addons.retail_base.tests.products import sellable
from odoo.addons.retail_bill_match.tests.common import BillCase
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged


@tagged("post_install", "-at_install")
class TestControlPolicy(BillCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What else a product needs is another addon's.
        cls.env["retail.product.standard"].search([]).write({"active": False})

    @classmethod
    def product(cls, name, **values):
        return sellable(super().product(name, **values))

    def test_goods_are_paid_in_advance_as_it_was_approved(self):
        prepaid = self.product("Prepaid", purchase_method="purchase")
        bill = self.bill(self.line(self.order(received=0, product=prepaid)))
        bill.action_post()
        self.assertEqual(bill.state, "posted")

    def test_who_edits_the_product_changes_it_for_nothing_that_is_ordered(self):
        bill = self.bill(self.line(self.order(received=0)))
        self.lamp.with_user(self.buyer).purchase_method = "purchase"
        self.assertEqual(self.lamp.purchase_method, "receive")
        self.assert_not_paid(bill)

    def test_nor_does_taking_it_out_of_sale_first(self):
        order = self.order(received=0)
        bill = self.bill(self.line(order))
        self.lamp.product_tmpl_id.with_user(self.buyer).action_take_out_of_sale()
        self.lamp.with_user(self.buyer).purchase_method = "purchase"
        self.assertEqual(self.lamp.purchase_method, "purchase")
        self.assert_not_paid(bill)
        # As core lets one, of what is not in stock, once the receipt is cancelled.
        self.becomes("service")
        self.assert_not_paid(bill)
        self.becomes("product")
        self.receive(order, 10)
        bill.action_post()
        self.assertEqual(bill.state, "posted")

    def becomes(self, kind):
        query = "UPDATE product_template SET type = %s WHERE id = %s"
        self.cr.execute(query, (kind, self.lamp.product_tmpl_id.id))
        self.env.cache.invalidate()

    def assert_not_paid(self, bill):
        with self.assertRaisesRegex(UserError, "10.0 billed, 0.0 received"), self.cr.savepoint():
            bill.action_post()

    def test_what_needs_no_approval_is_billed_as_it_says(self):
        policy = new_test_user(self.env, "test_policy", groups="base.group_user,retail_base.group_policy")
        self.lamps.with_user(policy).approval_exempt = True
        self.lamp.product_tmpl_id.action_take_out_of_sale()
        self.lamp.purchase_method = "purchase"
        bill = self.bill(self.line(self.order(received=0)))
        bill.action_post()
        self.assertEqual(bill.state, "posted")

    def test_nothing_is_received_of_a_service(self):
        freight = self.product("Freight", type="service", purchase_method="purchase")
        order = self.order(received=0, product=freight)
        freight.product_tmpl_id.action_take_out_of_sale()
        bill = self.bill(self.line(order))
        bill.action_post()
        self.assertEqual(bill.state, "posted")
