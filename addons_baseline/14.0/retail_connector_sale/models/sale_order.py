"""Orders that are confirmed or cancelled are announced, in the transaction in which that happens."""

from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def write(self, vals):
        """Here and not in the buttons' methods: a payment, the website and imports come by other ways."""
        before = {order.id: order.state for order in self} if "state" in vals else {}
        written = super().write(vals)
        for order in self:
            if order.id in before and order.state != before[order.id]:
                order._connector_announce_state(before[order.id])
        return written

    def _connector_announce_state(self, before):
        """`done` is a confirmed order that was locked, which is nothing new to anybody outside."""
        endpoints = self.env["retail.connector.endpoint"]
        if self.state in ("sale", "done") and before not in ("sale", "done"):
            endpoints._announce("sale_order_confirmed", self, self._connector_order)
        elif self.state == "cancel" and before in ("sale", "done"):
            endpoints._announce("sale_order_cancelled", self, self._connector_order)

    def _connector_order(self):
        """An order without the customer's person: amounts in the order's currency, times in UTC."""
        self.ensure_one()
        return {
            "order": self.name,
            "reference": self.client_order_ref or "",
            "company": self.company_id.name,
            "time": self.date_order.isoformat() + "Z",
            "currency": self.currency_id.name,
            "total": self.amount_total,
            "tax": self.amount_tax,
            "customer": self.partner_id.ref or "",
            "lines": [
                {
                    "product": line.product_id.default_code or line.product_id.barcode or "",
                    "name": line.product_id.name,
                    "quantity": line.product_uom_qty,
                    "unit": line.product_uom.name,
                    "total": line.price_total,
                }
                for line in self.order_line
                if not line.display_type
            ],
        }
