from odoo import models


class Website(models.Model):
    _inherit = "website"

    def _delivers_from(self):
        """The warehouse that an order of this website would get."""
        website = self.sudo()
        company = website.company_id
        default = self.env["ir.default"].sudo().get("sale.order", "warehouse_id", company_id=company.id)
        warehouses = self.env["stock.warehouse"].sudo()
        of_company = warehouses.search([("company_id", "=", company.id)], limit=1)
        return website.warehouse_id or warehouses.browse(default or []) or of_company
