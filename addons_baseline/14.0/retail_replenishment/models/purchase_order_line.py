"""A reordering rule's new line on a request for quotation."""

from odoo import api, models


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    @api.model
    def _prepare_purchase_order_line_from_procurement(  # noqa: PLR0917 core's signature
        self, product_id, product_qty, product_uom, company_id, values, po
    ):
        """Raised before the price is looked up: below the minimum, core finds none and orders for 0."""
        if values.get("orderpoint_id"):
            date = po.date_order.date()
            least = values["supplier"].with_company(company_id)._least_of_vendor(product_id, date)
            product_qty = least._deliverable(product_qty, product_uom)
        return super()._prepare_purchase_order_line_from_procurement(
            product_id, product_qty, product_uom, company_id, values, po
        )
