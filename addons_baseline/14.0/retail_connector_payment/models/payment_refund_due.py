"""What of a payment may be given back: what posted credit notes say, up to what was paid, and once."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.addons.retail_base.conflict import one_at_a_time
from odoo.exceptions import AccessError, UserError

BILLING = "account.group_account_invoice"


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    refund_ids = fields.One2many(
        "retail.payment.refund", "transaction_id", "Refunds", readonly=True, groups=BILLING
    )
    refunded = fields.Monetary(
        compute="_compute_refunded", groups=BILLING, help="What the payment service was asked to give back."
    )

    @api.depends("refund_ids.state")
    def _compute_refunded(self):
        for payment in self:
            payment.refunded = sum(payment.sudo().refund_ids._counting().mapped("amount"))

    def _connector_refund(self):
        self._require_may_refund()
        refunds = guard.passing(self.env["retail.payment.refund"].sudo())
        for note, amount in self._refunds_due():
            refund = refunds.create({"transaction_id": self.id, "credit_note_id": note.id, "amount": amount})
            refund.message_id = self._connector_call("refund", f"refund-{refund.id}", 0, amount)

    def _require_may_refund(self):
        if not (self.env.su or self.env.user.has_group(BILLING)):
            raise AccessError(_("Only those who write invoices may refund a payment. Ask one of them."))

    def _refunds_due(self):
        """(credit note, amount) of what is left to give back, in the payment's currency; as superuser.

        Raises UserError when nothing was ever due.
        """
        payment = self.sudo()
        if self.env.su and payment.type == "validation":
            return payment._validation_due()
        if payment.state != "done":
            raise UserError(
                _(
                    "%(payment)s is %(state)s. Only what was paid can be refunded.",
                    payment=payment.reference,
                    state=payment._shown_state(),
                )
            )
        left, due = min(payment.amount - payment.refunded, payment._for_the_same()._overpaid()), []
        for note in payment._credit_notes():
            amount = min(left, note._left_to_refund(payment))
            if payment.currency_id.compare_amounts(amount, 0.0) > 0:
                due.append((note, amount))
                left -= amount
        if not due and not payment.refunded:
            raise UserError(
                _(
                    "There is no posted credit note for %s of which something is left to refund. Post one first.",
                    payment.reference,
                )
            )
        return due

    def _validation_due(self):
        """A card was tried with a small amount, which core itself asks back at once: nothing was bought."""
        taken = self.state in ("authorized", "done") and not self.refunded
        return [(self.env["account.move"], self.amount)] if taken else []

    def _for_the_same(self):
        """All payments that were made for what this one was made for."""
        return self | self._of_the_same_documents().filtered(
            lambda each: (
                each.currency_id == self.currency_id and each.state == "done" and each.type != "validation"
            )
        )

    def _of_the_same_documents(self):
        """All transactions of what this one was made for; other addons know of more."""
        return self.invoice_ids.transaction_ids

    def _overpaid(self):
        """By how much these payments, and what else came in for the same, are more than what is owed for it.

        A credit note alone does not say so: it may have lowered what nobody had paid yet.
        """
        asked = self.refund_ids._counting()
        credited = sum(note.amount_total - note._settled_otherwise(self, asked) for note in self._credit_notes())
        return self._came_in() - (self._owed() - credited) - sum(self.mapped("refunded"))

    def _came_in(self):
        """What is not booked yet is not told from what else came in, so the larger one counts."""
        booked = self.filtered("payment_id")
        lines = self._invoices().line_ids.filtered(lambda line: line.account_id.internal_type == "receivable")
        others = lines.matched_credit_ids.filtered(
            lambda part: (
                part.credit_move_id.move_id.move_type != "out_refund"
                and part.credit_move_id.move_id not in booked.payment_id.move_id
            )
        )
        unbooked = max(sum((self - booked).mapped("amount")), sum(others.mapped("debit_amount_currency")))
        return sum(booked.mapped("amount")) + unbooked

    def _owed(self):
        return sum(self._invoices().mapped("amount_total"))

    def _invoices(self):
        return self.invoice_ids.filtered(
            lambda move: (
                move.move_type == "out_invoice"
                and move.state == "posted"
                and move.currency_id == self.currency_id[:1]
            )
        )

    def _credit_notes(self):
        """Posted ones for what these payments paid."""
        notes = self.env["account.move"].search(
            [
                *self._credit_note_domain(),
                ("move_type", "=", "out_refund"),
                ("state", "=", "posted"),
                ("currency_id", "in", self.currency_id.ids),
                ("commercial_partner_id", "in", self.partner_id.commercial_partner_id.ids),
            ],
            order="id",
        )
        # Of two payments refunded for the same at once, the second sees the first.
        one_at_a_time(notes)
        return notes

    def _credit_note_domain(self):
        """Which are for what these payments paid, as a domain of one term; other addons know of more."""
        invoices = self.invoice_ids.ids
        return ["|", ("id", "in", invoices), ("reversed_entry_id", "in", invoices)]
