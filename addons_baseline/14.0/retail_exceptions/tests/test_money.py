from odoo.tests import tagged

from .common import BoardCase


@tagged("post_install", "-at_install")
class TestMoney(BoardCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )

    def invoice(self, *prices, move_type="out_invoice"):
        lines = [
            (0, 0, {"name": "Lamp", "quantity": 1, "price_unit": price, "tax_ids": [(5,)]}) for price in prices
        ]
        values = {"move_type": move_type, "partner_id": self.partner.id, "invoice_line_ids": lines}
        invoice = self.env["account.move"].create(values)
        invoice.action_post()
        return invoice

    def paid(self, amount, payment_type="outbound"):
        payment = self.env["account.payment"].create(
            {
                "payment_type": payment_type,
                "partner_type": "customer",
                "partner_id": self.partner.id,
                "amount": amount,
                "journal_id": self.bank.id,
            }
        )
        payment.action_post()
        return payment

    def match(self, *moves):
        lines = self.env["account.move.line"].union(*(move.line_ids for move in moves))
        lines.filtered(lambda line: line.account_internal_type == "receivable").reconcile()

    def test_an_invoice_that_takes_something_off(self):
        self.invoice(100)
        self.assertFalse(self.found("invoices_with_deductions"))
        invoice = self.invoice(100, -30, -5)
        found = self.found("invoices_with_deductions")
        self.assertEqual((found.res_model, found.res_id), ("account.move", invoice.id))
        self.assertEqual((found.quantity, found.value), (2, 35))
        invoice.button_draft()
        self.assertFalse(self.found("invoices_with_deductions"))

    def test_what_the_order_took_off_was_agreed_there(self):
        lines = [
            {"product_id": self.lamp.id, "product_uom_qty": 2, "price_unit": 25.0},
            {"product_id": self.off().id, "product_uom_qty": 1, "price_unit": -5.0},
        ]
        order = self.env["sale.order"].create(
            {"partner_id": self.partner.id, "order_line": [(0, 0, {**line, "tax_id": [(5,)]}) for line in lines]}
        )
        order.action_confirm()
        order.order_line.product_id.invoice_policy = "order"
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 45)
        self.assertFalse(self.found("invoices_with_deductions"))

    def off(self):
        values = {"name": "Off", "type": "service", "invoice_policy": "order"}
        return self.env["product.product"].create(values)

    def test_paid_to_a_customer_without_a_credit_note(self):
        payment = self.paid(40)
        found = self.found("paid_to_customers")
        self.assertEqual((found.res_model, found.res_id), ("account.move", payment.move_id.id))
        self.assertEqual(found.value, 40)
        note = self.invoice(30, move_type="out_refund")
        self.match(payment.move_id, note)
        self.assertEqual(self.found("paid_to_customers").value, 10, "so much is still without")
        self.match(payment.move_id, self.invoice(10, move_type="out_refund"))
        self.assertFalse(self.found("paid_to_customers"))

    def test_a_written_off_balance_is_no_credit_note(self):
        payment = self.paid(40)
        receivable = payment.move_id.line_ids.filtered(lambda line: line.account_internal_type == "receivable")
        other = self.invoice(1).invoice_line_ids.account_id
        journal = self.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", self.company.id)], limit=1
        )
        sides = [
            {"account_id": receivable.account_id.id, "partner_id": self.partner.id, "credit": 40},
            {"account_id": other.id, "debit": 40},
        ]
        entry = self.env["account.move"].create(
            {"journal_id": journal.id, "line_ids": [(0, 0, {"name": "Off", **side}) for side in sides]}
        )
        entry.action_post()
        self.match(payment.move_id, entry)
        self.assertTrue(receivable.reconciled)
        self.assertEqual(self.found("paid_to_customers").value, 40)

    def test_what_was_paid_twice_may_be_given_back(self):
        first = self.paid(40, "inbound")
        self.match(self.paid(40).move_id, first.move_id)
        self.assertFalse(self.found("paid_to_customers"))
