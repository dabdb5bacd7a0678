"""A paid sale of a till is announced, in the transaction that records it."""

from odoo import models

PAID = "pos_order_paid"


class PosOrder(models.Model):
    _inherit = "pos.order"

    def action_pos_order_paid(self):
        done = super().action_pos_order_paid()
        for order in self:
            self.env["retail.connector.endpoint"]._announce_once(PAID, order)
        return done

    def _connector_content(self, _message):
        """Names in the company's language, whoever sold."""
        language = self.company_id.partner_id.lang
        return {"event": PAID, "data": self.with_context(lang=language)._connector_sale()}

    def _connector_sale(self):
        """A sale without the customer's person: amounts in the order's currency, the time in UTC."""
        self.ensure_one()
        return {
            "order": self.name,
            "receipt": self.pos_reference,
            "till": self.config_id.name,
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
                    "quantity": line.qty,
                    "price": line.price_unit,
                    "total": line.price_subtotal_incl,
                }
                for line in self.lines
            ],
            "payments": [
                {"method": payment.payment_method_id.name, "amount": payment.amount}
                for payment in self.payment_ids
            ],
        }
