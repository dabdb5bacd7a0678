"""A vendor that waits for approval is none of whom days, minimum and price count."""

from odoo import api, models


class SupplierInfo(models.Model):
    _inherit = "product.supplierinfo"

    @api.model
    def _not_bought_from(self):
        waiting = self.sudo().search([("approval_pending", "=", True)])
        return super()._not_bought_from() | self.browse(waiting.ids)
