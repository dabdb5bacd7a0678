"""A credit note on a return is for what the payment of the order paid, also one that reverses no invoice."""

from odoo import models
from odoo.osv.expression import OR


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _of_the_same_documents(self):
        return super()._of_the_same_documents() | self.sale_order_ids.transaction_ids

    def _owed(self):
        """Of an order that was paid before it is invoiced, too."""
        orders = self.sale_order_ids.filtered(lambda order: order.state in ("sale", "done"))
        return max(super()._owed(), sum(orders.mapped("amount_total")))

    def _credit_note_domain(self):
        of_returns = [("return_id.sale_id", "in", self.sale_order_ids.ids)]
        return OR([super()._credit_note_domain(), of_returns])
