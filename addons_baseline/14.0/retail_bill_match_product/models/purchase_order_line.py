"""Goods are paid in advance by a control policy that somebody approved, or once they are there."""

from odoo import models


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    def _is_billed_by_receipt(self):
        """A product that was taken out of sale is a draft, of which whoever may edit it changes the policy."""
        product = self.product_id.product_tmpl_id.sudo()
        nobody_agreed = product.approval_needed and product.approval_state != "approved"
        # What the line was ordered as: the type of a draft may be changed, too.
        goods = product._is_goods() or self.qty_received_method == "stock_moves"
        return super()._is_billed_by_receipt() or (nobody_agreed and goods)
