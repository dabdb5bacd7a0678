"""The invoice of a till's order that gives money back: its return is the order's."""

from odoo import models
from odoo.tools import float_compare


class AccountMove(models.Model):
    _inherit = "account.move"

    def _refunded_otherwise(self):
        # A return that could not be recorded yet is made later, and the till does not wait for it.
        orders = self.sudo().pos_order_ids.filtered(lambda order: order.return_ids or order.return_missing)
        given = -sum(orders.mapped("amount_total"))
        rounding = self.currency_id.rounding
        as_paid = orders and float_compare(self.amount_total, given, precision_rounding=rounding) <= 0
        return bool(as_paid) or super()._refunded_otherwise()
