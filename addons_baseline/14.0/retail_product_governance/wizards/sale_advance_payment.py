"""The product of down payments is made in the category that needs no approval."""

from odoo import models


class SaleAdvancePayment(models.TransientModel):
    _inherit = "sale.advance.payment.inv"

    def create_invoices(self):
        if self.advance_payment_method != "delivered" and not self.product_id:
            self.product_id = self.env["product.product"]._create_for_house(self._prepare_deposit_product())
            self.env["ir.config_parameter"].sudo().set_param("sale.default_deposit_product_id", self.product_id.id)
        return super().create_invoices()
