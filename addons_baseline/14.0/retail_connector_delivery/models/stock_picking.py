"""Shipments: announced to the carrier when the transfer is done, labelled when it answers."""

from urllib.parse import quote

from odoo import _, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "retail.connector.document.mixin"]

    def send_to_shipper(self):
        """Core's writes price and tracking number into the transfer at once; here both come with the answer."""
        self.ensure_one()
        if self.delivery_type != "retail_connector":
            return super().send_to_shipper()
        self.carrier_id.send_shipping(self)
        self.message_post(
            body=_("Queued for %s; the tracking number comes with its answer.", self.carrier_id.name)
        )
        return None

    def _connector_ship(self):
        self.ensure_one()
        messages = self._connector_shipments()
        waiting = messages.filtered(lambda message: message.state in ("queued", "dead"))
        if waiting:
            raise UserError(_("%s is being announced to the carrier already. Cancel that call first.", self.name))
        # A parcel that was cancelled and is sent again is another parcel.
        again = len(messages)
        self._connector_queue(
            self.carrier_id._connector_endpoint(),
            f"ship-{again}" if again else "ship",
            self._connector_parcel(),
            path=self.carrier_id.connector_path,
        )

    def _connector_cancel_shipment(self):
        """Core asks this for the same transfer several times when several are cancelled in one go."""
        self.ensure_one()
        self._connector_shipments().filtered(lambda message: message.state in ("queued", "dead"))._give_way()
        if self.carrier_tracking_ref:
            reference = quote(self.carrier_tracking_ref, safe="")
            self._connector_queue(
                self.carrier_id._connector_endpoint(),
                f"cancel-{reference}",
                {"tracking": self.carrier_tracking_ref},
                method="DELETE",
                path=f"{self.carrier_id.connector_path or ''}/{reference}",
            )

    def _connector_shipments(self):
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id), ("method", "=", "POST")]
        return self.env["retail.connector.message"].sudo().search(domain)

    def _connector_parcel(self):
        """What a carrier needs to know: weights in kilograms, countries as ISO 3166-1 codes."""
        kilogram = self.env.ref("uom.product_uom_kgm")
        unit = self.env["product.template"].sudo()._get_weight_uom_id_from_ir_config_parameter()
        sender = self.picking_type_id.warehouse_id.partner_id or self.company_id.partner_id
        return {
            "reference": self.name,
            "order": self.origin or "",
            "weight_kg": round(unit._compute_quantity(self.shipping_weight, kilogram, round=False), 3),
            "from": _address(sender),
            "to": _address(self.partner_id),
            "lines": [
                {"product": move.product_id.default_code or move.product_id.name, "quantity": move.quantity_done}
                for move in self.move_lines
                if move.state == "done"
            ],
        }

    def _connector_answered(self, message):
        if message.method != "POST":
            return super()._connector_answered(message)
        answer = message._answer_data()
        reference = answer.get("tracking") if isinstance(answer, dict) else None
        if not (isinstance(reference, str) and reference):
            raise UserError(_("The answer holds no tracking number: ask the carrier for it"))
        price = answer.get("price", self.carrier_id.fixed_price)
        if isinstance(price, bool) or not isinstance(price, (int, float)) or price < 0:
            raise UserError(_("The price in the answer is no number: ask the carrier for it"))
        self.write({"carrier_tracking_ref": reference, "carrier_price": self._connector_price(price)})
        self.message_post(body=_("%(carrier)s took it: %(ref)s", carrier=self.carrier_id.name, ref=reference))
        self._add_delivery_cost_to_so()
        return None

    def _connector_price(self, price):
        """As core's send_to_shipper reckons: nothing when the order is large enough, otherwise with the margin."""
        order, carrier = self.sale_id, self.carrier_id
        if carrier.free_over and order and order._compute_amount_total_without_delivery() >= carrier.amount:
            return 0.0
        return price * (1.0 + carrier.margin / 100.0)


def _address(partner):
    return {
        "name": partner.display_name or "",
        "street": partner.street or "",
        "street2": partner.street2 or "",
        "zip": partner.zip or "",
        "city": partner.city or "",
        "state": partner.state_id.code or "",
        "country": partner.country_id.code or "",
        "phone": partner.mobile or partner.phone or "",
        "email": partner.email or "",
    }
