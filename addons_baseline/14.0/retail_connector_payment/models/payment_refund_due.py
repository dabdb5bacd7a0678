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
        for note, amount in self._refunds_due():
            before = self.sudo().refund_ids.filtered(lambda refund, note=note: refund.credit_note_id == note)
            purpose = f"refund-note{note.id}" if note else "refund"
            message = self._connector_call("refund", purpose, len(before), amount)
            guard.passing(before).create(
                {
                    "transaction_id": self.id,
                    "credit_note_id": note.id,
                    "amount": amount,
                    "message_id": message.id,
                }
            )

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
        left, due = payment.amount - payment.refunded, []
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

    def _credit_notes(self):
        """Posted ones for what this payment paid."""
        customer = self.partner_id.commercial_partner_id
        notes = self.env["account.move"].search(
            [
                *self._credit_note_domain(),
                ("move_type", "=", "out_refund"),
                ("state", "=", "posted"),
                ("currency_id", "=", self.currency_id.id),
                ("commercial_partner_id", "=", customer.id),
            ],
            order="id",
        )
        # Of two payments refunded for the same at once, the second sees the first.
        one_at_a_time(notes)
        return notes

    def _credit_note_domain(self):
        """Which are for what this payment paid, as a domain of one term; other addons know of more."""
        invoices = self.invoice_ids.ids
        return ["|", ("id", "in", invoices), ("reversed_entry_id", "in", invoices)]
