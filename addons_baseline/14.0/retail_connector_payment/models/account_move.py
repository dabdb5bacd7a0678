"""How much of a credit note a payment service may still be asked to give back."""

from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    payment_refund_ids = fields.One2many(
        "retail.payment.refund",
        "credit_note_id",
        "Refunds of payments",
        readonly=True,
        groups="account.group_account_invoice",
    )

    def _left_to_refund(self, payments):
        """In the credit note's own currency; as superuser."""
        asked = self.payment_refund_ids._counting()
        return self.amount_total - self._settled_otherwise(payments, asked) - sum(asked.mapped("amount"))

    def _settled_otherwise(self, payments, asked):
        """What was paid out besides the refunds that were asked, or set against invoices that these payments did
        not pay.
        """
        customers = self.line_ids.filtered(lambda line: line.account_id.internal_type == "receivable")
        settled = customers.matched_debit_ids.filtered(
            lambda part: part.debit_move_id.move_id not in payments.invoice_ids
        )
        besides = settled - (asked & self.payment_refund_ids)._booked_among(settled)
        return sum(besides.mapped("credit_amount_currency"))
