"""A credit note on a return is for what the payment of the order paid, also one that reverses no invoice."""

from odoo import models
from odoo.osv.expression import OR


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _for_the_same(self):
        others = self.sale_order_ids.transaction_ids.filtered(lambda each: each.currency_id == self.currency_id)
        return super()._for_the_same() | others.filtered(
            lambda each: each.state == "done" and each.type != "validation"
        )

    def _owed(self):
        """Of an order that was paid before it is invoiced, too."""
        orders = self.sale_order_ids.filtered(lambda order: order.state in ("sale", "done"))
        return max(super()._owed(), sum(orders.mapped("amount_total")))

    def _credit_note_domain(self):
        of_returns = [("return_id.sale_id", "in", self.sale_order_ids.ids)]
        return OR([super()._credit_note_domain(), of_returns])
