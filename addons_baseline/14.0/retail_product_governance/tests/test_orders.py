from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import OrdersMixin, ProductCase


@tagged("post_install", "-at_install")
class TestOrders(OrdersMixin, ProductCase):
    def test_what_is_approved_is_sold_and_bought(self):
        product = self.approved()
        sale, purchase = self.sale(product), self.purchase(product)
        sale.action_confirm()
        purchase.button_confirm()
        self.assertEqual((sale.state, purchase.state), ("sale", "purchase"))

    def test_what_is_not_approved_is_neither(self):
        product = self.draft()
        sale, purchase = self.sale(product), self.purchase(product)
        for attempt in (
            sale.action_confirm,
            sale.sudo().action_confirm,
            lambda: sale.write({"state": "sale"}),
            lambda: sale.write({"state": "done"}),
            purchase.button_confirm,
            purchase.button_approve,
            lambda: purchase.write({"state": "purchase"}),
        ):
            with self.assertRaisesRegex(UserError, "Lamp is not approved. Submit it"), self.cr.savepoint():
                attempt()
        self.approve(product)
        sale.action_confirm()
        purchase.button_confirm()
        self.assertEqual((sale.state, purchase.state), ("sale", "purchase"))

    def test_only_in_the_channel_it_is_approved_for(self):
        with self.assertRaisesRegex(UserError, "not approved for this: To be sold"):
            self.sale(self.approved(sale_ok=False)).action_confirm()
        with self.assertRaisesRegex(UserError, "not approved for this: To be bought"):
            self.purchase(self.approved(purchase_ok=False)).button_confirm()

    def test_it_is_not_smuggled_into_a_confirmed_order(self):
        good, bad = self.approved(), self.draft()
        sale, purchase = self.sale(good), self.purchase(good)
        sale.action_confirm()
        purchase.button_confirm()
        for order in (sale, purchase):
            line = order.order_line
            other = self.sale(bad) if order == sale else self.purchase(bad)
            for attempt in (
                lambda line=line: line.write({"product_id": bad.product_variant_id.id}),
                lambda line=line, order=order: line.copy(
                    {"order_id": order.id, "product_id": bad.product_variant_id.id}
                ),
                lambda order=order, other=other: other.order_line.write({"order_id": order.id}),
            ):
                with self.assertRaisesRegex(UserError, "Lamp is not approved"), self.cr.savepoint():
                    attempt()

    def test_of_what_left_the_shop_no_more_is_sold_or_bought_than_was_ordered(self):
        product = self.approved()
        sale, purchase = self.sale(product), self.purchase(product)
        lines = {sale.order_line: "product_uom_qty", purchase.order_line: "product_qty"}
        for line, quantity in lines.items():
            line[quantity] = 5
        sale.action_confirm()
        purchase.button_confirm()
        product.action_take_out_of_sale()
        for line, quantity in lines.items():
            dozens = {"product_uom": self.env.ref("uom.product_uom_dozen").id}
            for more in ({quantity: 6}, dozens, {**dozens, quantity: 1}):
                with self.assertRaisesRegex(UserError, "Lamp is not approved"), self.cr.savepoint():
                    line.write(more)
            line.write({quantity: 5, "price_unit": 30})
            line.write({quantity: 2})
            self.assertEqual((line[quantity], line.price_unit), (2, 30))
        self.approve(product)
        for line, quantity in lines.items():
            line.write({quantity: 7})
            self.assertEqual(line[quantity], 7)

    def test_of_several_lines_only_what_grows_is_looked_at(self):
        gone, good = self.approved(), self.approved()
        sales = self.sale(gone) | self.sale(good)
        sales.order_line[0].product_uom_qty = 4
        sales.action_confirm()
        gone.action_take_out_of_sale()
        sales.order_line.write({"product_uom_qty": 3})
        self.assertEqual(sales.order_line.mapped("product_uom_qty"), [3, 3])

    def test_orders_on_hold_are_confirmed_when_the_product_was_there_before(self):
        product = self.draft()
        sale = self.sale(product)
        product._approval_grandfather()
        sale.action_confirm()
        self.assertEqual(sale.state, "sale")

    def test_a_product_whose_change_waits_is_sold_on(self):
        product = self.approved()
        self.changed(product, type="service")
        sale = self.sale(product)
        sale.action_confirm()
        self.assertEqual(sale.state, "sale")

    def test_a_down_payment_needs_no_approval(self):
        sale = self.sale(self.approved(invoice_policy="order"))
        sale.action_confirm()
        self.env["ir.config_parameter"].set_param("sale.default_deposit_product_id", "")
        income = self.env["account.account"].search([("internal_group", "=", "income")], limit=1)
        wizards = self.env["sale.advance.payment.inv"].with_context(active_model="sale.order", active_ids=sale.ids)
        values = {"advance_payment_method": "percentage", "amount": 10, "deposit_account_id": income.id}
        wizards.create(values).create_invoices()
        payment = sale.order_line.filtered("is_downpayment").product_id
        self.assertEqual((payment.approval_needed, len(sale.invoice_ids)), (False, 1))

    def test_the_product_of_a_promotion_needs_no_approval(self):
        program = self.env["coupon.program"].create(
            {"name": "Ten off", "program_type": "promotion_program", "discount_percentage": 10}
        )
        product = program.discount_line_product_id
        self.assertFalse(product.approval_needed)
        self.assertEqual((product.name, product.sale_ok), (program.reward_id.display_name, False))
