"""What was asked back of a payment, and for which credit note; it outlives the message that asked."""

from odoo import _, fields, models
from odoo.addons.retail_base import guard
from odoo.addons.retail_connector.outcome import LOST, UNUSABLE
from odoo.exceptions import UserError

from .payment_transaction import OPEN


class PaymentRefund(models.Model):
    _name = "retail.payment.refund"
    _inherit = "retail.sealed.mixin"
    _description = "Refund asked of a payment service"
    _order = "id"

    transaction_id = fields.Many2one(
        "payment.transaction", "Payment", required=True, index=True, ondelete="restrict"
    )
    credit_note_id = fields.Many2one(
        "account.move", index=True, ondelete="restrict", help="Empty: what a card was tried with."
    )
    amount = fields.Monetary(required=True)
    currency_id = fields.Many2one(related="transaction_id.currency_id")
    state = fields.Selection(related="message_id.state")
    message_id = fields.Many2one("retail.connector.message", index=True, ondelete="set null")

    def _counting(self):
        """Those that were not taken back by cancelling the message, before it can have arrived.

        Messages that were sent go after a while.
        """
        return self.filtered(lambda refund: refund.state != "cancelled" or refund._may_have_arrived())

    def _booked_among(self, parts):
        """Of what settled the credit note: the transfers of these refunds, one of each.

        A refund that the service has not taken yet cannot have been booked.
        """
        booked = parts.browse()
        for refund in self.filtered(lambda each: each.state not in OPEN):
            booked |= (parts - booked).filtered(refund._is_booked_by)[:1]
        return booked

    def _is_booked_by(self, part):
        """Nothing names the refund, so all of this has to fit: rather too little is given back, and a person looks
        at it, than anything twice.
        """
        transfer = part.debit_move_id
        return (
            transfer.journal_id == self.transaction_id.acquirer_id.journal_id
            and transfer.date >= self.create_date.date()
            and self.currency_id.compare_amounts(part.credit_amount_currency, self.amount) == 0
        )

    def _may_have_arrived(self):
        message = self.message_id
        return message.doubtful or message.outcome in (LOST, UNUSABLE)


class Message(models.Model):
    _inherit = "retail.connector.message"

    def _require_editable(self):
        if self.res_model == "payment.transaction":
            raise UserError(
                _(
                    "What a payment service is asked for is not changed by hand."
                    " Cancel it, and ask from the payment."
                )
            )
        return super()._require_editable()

    def unlink(self):
        """What was cancelled was given back to nobody, so it goes with its message; what was sent stays known."""
        refunds = self.env["retail.payment.refund"].sudo().search([("message_id", "in", self.ids)])
        taken_back = refunds - refunds._counting()
        result = super().unlink()
        guard.passing(taken_back).unlink()
        return result
