"""What a reordering rule will really order is shown beside what is needed."""

from odoo import api, fields, models


class Orderpoint(models.Model):
    _inherit = "stock.warehouse.orderpoint"

    vendor_min_qty = fields.Float(
        "Vendor minimum", digits="Product Unit of Measure", compute="_compute_vendor_quantities"
    )
    vendor_multiple = fields.Float(
        "Vendor multiple", digits="Product Unit of Measure", compute="_compute_vendor_quantities"
    )

    @api.depends("product_id", "supplier_id", "company_id")
    def _compute_vendor_quantities(self):
        """Of the vendor that the rule names, or that comes first, in the product's unit."""
        today = fields.Date.context_today(self)
        for orderpoint in self:
            product = orderpoint.product_id.with_company(orderpoint.company_id)
            seller = (orderpoint.supplier_id or product.seller_ids[:1]).with_company(orderpoint.company_id)
            least = seller and seller._least_of_vendor(product, today)
            orderpoint.vendor_min_qty = least._in_unit(least.min_qty, product.uom_id) if least else 0.0
            orderpoint.vendor_multiple = least._in_unit(least.order_multiple, product.uom_id) if least else 0.0
