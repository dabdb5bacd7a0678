"""A reordering rule's addition to a line that is there already: the line as a whole has to be deliverable."""

from odoo import models


class StockRule(models.Model):
    _inherit = "stock.rule"

    def _update_purchase_order_line(  # noqa: PLR0917 core's signature
        self, product_id, product_qty, product_uom, company_id, values, line
    ):
        if values.get("orderpoint_id"):
            date = line.order_id.date_order.date()
            least = values["supplier"].with_company(company_id)._least_of_vendor(product_id, date)
            there = line.product_uom._compute_quantity(line.product_qty, product_uom, round=False)
            product_qty = least._deliverable(there + product_qty, product_uom) - there
        return super()._update_purchase_order_line(product_id, product_qty, product_uom, company_id, values, line)
