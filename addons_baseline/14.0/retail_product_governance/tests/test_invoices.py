from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ProductCase


@tagged("post_install", "-at_install")
class TestInvoices(ProductCase):
    def test_what_is_approved_is_invoiced_by_hand(self):
        for move_type in ("out_invoice", "out_receipt"):
            invoice = self.invoice(self.approved(), move_type=move_type)
            invoice.action_post()
            self.assertEqual(invoice.state, "posted")

    def test_what_is_not_approved_is_not(self):
        for move_type in ("out_invoice", "out_receipt"):
            invoice = self.invoice(self.draft(), move_type=move_type)
            for attempt in (
                invoice.action_post,
                invoice.sudo()._post,
                lambda it=invoice: it.write({"state": "posted"}),
            ):
                with self.assertRaisesRegex(UserError, "Lamp is not approved. Submit it"), self.cr.savepoint():
                    attempt()
        with self.assertRaisesRegex(UserError, "not approved for this: To be sold"):
            self.invoice(self.approved(sale_ok=False)).action_post()

    def test_credit_notes_bills_and_words_are_none_of_its_business(self):
        for move_type in ("out_refund", "in_invoice"):
            document = self.invoice(self.draft(), move_type=move_type, invoice_date=fields.Date.today())
            document.action_post()
            self.assertEqual(document.state, "posted")
        words = {"name": "Lamp", "quantity": 1, "price_unit": 40.0}
        invoice = self.invoice(self.draft(), invoice_line_ids=[(0, 0, words)])
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")

    def ordered(self, product):
        """The draft of an invoice of a confirmed order."""
        line = {"product_id": product.product_variant_id.id, "product_uom_qty": 1}
        order = self.env["sale.order"].create({"partner_id": self.customer.id, "order_line": [(0, 0, line)]})
        order.action_confirm()
        return order._create_invoices()

    def test_what_was_ordered_before_it_left_the_shop_is_invoiced(self):
        product = self.approved(invoice_policy="order")
        invoice = self.ordered(product)
        product.action_take_out_of_sale()
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")

    def test_nothing_else_is_smuggled_into_the_invoice_of_an_order(self):
        invoice = self.ordered(self.approved(invoice_policy="order"))
        other = self.draft().product_variant_id
        line = invoice.invoice_line_ids
        sold = line.sale_line_ids
        for values in (
            {"invoice_line_ids": [(1, line.id, {"product_id": other.id})]},
            {"invoice_line_ids": [(0, 0, {"product_id": other.id, "quantity": 1, "price_unit": 1})]},
            {
                "invoice_line_ids": [
                    (0, 0, {"product_id": other.id, "price_unit": 1, "sale_line_ids": [(6, 0, sold.ids)]})
                ]
            },
        ):
            with self.assertRaisesRegex(UserError, "Lamp is not approved"), self.cr.savepoint():
                invoice.write(values)
                invoice.action_post()
        invoice.action_post()
        with self.assertRaisesRegex(UserError, "Lamp is not approved"), self.cr.savepoint():
            line.product_id = other

    def test_an_order_that_does_not_bind_speaks_for_nothing(self):
        product = self.draft()
        line = {"product_id": product.product_variant_id.id, "product_uom_qty": 1}
        order = self.env["sale.order"].create({"partner_id": self.customer.id, "order_line": [(0, 0, line)]})
        invoice = self.invoice(product)
        invoice.invoice_line_ids.sale_line_ids = order.order_line
        with self.assertRaisesRegex(UserError, "Lamp is not approved"):
            invoice.action_post()

    def test_what_is_to_be_posted_later_is_looked_at_twice(self):
        good, bad = self.approved(), self.approved()
        tomorrow = fields.Date.add(fields.Date.today(), days=1)
        with self.assertRaisesRegex(UserError, "Lamp is not approved"), self.cr.savepoint():
            self.invoice(self.draft(), date=tomorrow)._post()
        invoices = self.invoice(good) | self.invoice(bad)
        invoices.write({"auto_post": True})
        bad.action_take_out_of_sale()
        self.env["account.move"]._autopost_draft_entries()
        self.assertEqual(invoices.mapped("state"), ["posted", "draft"])
        self.assertEqual(invoices.mapped("auto_post"), [True, False])
        self.assertIn("not approved", invoices[1].message_ids[0].body)

    def test_what_was_there_before_the_rule_is_invoiced(self):
        product = self.draft()
        invoice = self.invoice(product)
        product._approval_grandfather()
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")
