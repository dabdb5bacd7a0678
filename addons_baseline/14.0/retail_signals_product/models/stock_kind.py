"""How soon a vendor delivers that waits for approval says nothing of when more can come."""

from odoo import models


class StockKind(models.Model):
    _inherit = "retail.signal.kind"

    def _not_bought_from(self):
        waiting = self.env["product.supplierinfo"].sudo().search([("approval_pending", "=", True)])
        return super()._not_bought_from() | waiting.sudo(False)
