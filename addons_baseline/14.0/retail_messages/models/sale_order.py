"""Orders: their confirmation."""

from odoo import models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "retail.message.mixin"]

    def write(self, vals):
        """Here and not in the buttons' methods: payments, the website and scripts come by other ways.

        Not in `create`: what is made as confirmed is history that somebody imports.
        """
        before = self.filtered(lambda order: order.state not in ("sale", "done")) if "state" in vals else self[:0]
        written = super().write(vals)
        before.filtered(lambda order: order.state in ("sale", "done"))._tell_customer("order_confirmed")
        return written

    def _send_order_confirmation_mail(self):
        """Core's own mail goes out where ours does not: the customer hears of an order once."""
        return super(SaleOrder, self - self._told_customer("order_confirmed"))._send_order_confirmation_mail()

    def _message_order(self):
        return self
