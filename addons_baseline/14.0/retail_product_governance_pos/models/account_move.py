"""The invoice of what a till has sold: the till has asked already, and the sale has happened."""

from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _products_of_its_sales(self):
        return super()._products_of_its_sales() | self.sudo().pos_order_ids.lines.product_id
