"""What an order line binds, and the guard of lines of confirmed orders."""

from odoo import api, fields, models
from odoo.addons.retail_base import guard

# Writing one of these may bind more money, or bind it elsewhere.
BINDING = frozenset({"product_id", "product_qty", "product_uom", "price_unit", "order_id", "display_type"})
# And this one may bind it in another period.
ARRIVAL = "date_planned"


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        orders = self.env["purchase.order"].browse(
            {each["order_id"] for each in vals_list if each.get("order_id")}
        )
        with orders._not_growing():
            return super().create(vals_list)

    def write(self, vals):
        moved = ARRIVAL in vals and not guard.is_open(self.env)
        if not BINDING & vals.keys() and not moved:
            return super().write(vals)
        orders = self.order_id | self.env["purchase.order"].browse(vals.get("order_id") or [])
        with orders._not_growing():
            return super().write(vals)

    def _spend(self):
        """Sum of what the lines bind, without taxes added, in the company's currency at today's rate.

        From quantity and price, because stored totals can be written by RPC, and so can the order's rate and its
        date. A negative line binds nothing, and makes nothing less: it need not be billed, and would open any
        limit.
        """
        total, today = 0.0, fields.Date.context_today(self)
        for order in self.order_id:
            amount = sum((self & order.order_line).mapped(lambda line: line._bound()))
            company = order.company_id
            total += order.currency_id._convert(amount, company.currency_id, company, today)
        return total

    def _bound(self):
        """What the line binds, in the order's currency."""
        return max(self.product_qty * self.price_unit, 0.0)

    def _of_category(self, category):
        """The lines whose product is in the category or below it; without category, all with a product."""
        lines = self.filtered("product_id")
        if not category:
            return lines
        return lines.filtered(lambda line: line.product_id.categ_id.parent_path.startswith(category.parent_path))

    def _taxed(self):
        """What the line costs with its taxes, in the order's currency; a negative line 0."""
        order = self.order_id
        taxes = self.taxes_id.compute_all(
            self.price_unit, order.currency_id, self.product_qty, self.product_id, order.partner_id
        )
        return max(taxes["total_included"], 0.0)
