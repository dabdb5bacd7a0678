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
        """In the credit note's own currency; as superuser.

        What was booked since, the transfer of an earlier refund included, counts besides what was asked: rather
        too little is given back, and a person looks at it, than anything twice.
        """
        asked = sum(self.payment_refund_ids._counting().mapped("amount"))
        return self.amount_total - self._settled_otherwise(payments) - asked

    def _settled_otherwise(self, payments):
        """What was paid out, or set against invoices that these payments did not pay."""
        customers = self.line_ids.filtered(lambda line: line.account_id.internal_type == "receivable")
        settled = customers.matched_debit_ids.filtered(
            lambda part: part.debit_move_id.move_id not in payments.invoice_ids
        )
        return sum(settled.mapped("credit_amount_currency"))
