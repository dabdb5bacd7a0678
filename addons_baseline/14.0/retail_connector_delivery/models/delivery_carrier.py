"""A provider of core's shipping methods whose shipments go through the queue."""

from urllib.parse import quote

from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    delivery_type = fields.Selection(
        selection_add=[("retail_connector", "Queued integration")], ondelete={"retail_connector": "set default"}
    )
    connector_endpoint_id = fields.Many2one(
        "retail.connector.endpoint", "Endpoint", domain=[("kind", "=", "carrier")], ondelete="restrict", copy=False
    )
    connector_path = fields.Char(
        "Path of shipments", default="/shipments", help="Shipments are posted there, and deleted below it."
    )
    connector_tracking_url = fields.Char(
        "Tracking page", help="Its address, with {reference} in the place of the tracking number."
    )

    @api.constrains("delivery_type", "connector_endpoint_id", "active")
    def _check_connector_endpoint(self):
        for carrier in self:
            if carrier.delivery_type == "retail_connector" and not carrier.connector_endpoint_id:
                raise ValidationError(_("Choose the endpoint by which %s is told of shipments.", carrier.name))

    # What core calls, by the name of the provider.

    def retail_connector_rate_shipment(self, order):
        """The price stands in the shipping method: a customer at the checkout does not wait for a carrier."""
        return self.fixed_rate_shipment(order)

    def retail_connector_send_shipping(self, pickings):
        for picking in pickings:
            picking._connector_ship()
        return [{"exact_price": self.fixed_price, "tracking_number": False} for _picking in pickings]

    def retail_connector_cancel_shipment(self, pickings):
        for picking in pickings:
            picking._connector_cancel_shipment()

    def retail_connector_get_tracking_link(self, picking):
        if not self.connector_tracking_url:
            return False
        return self.connector_tracking_url.replace("{reference}", quote(picking.carrier_tracking_ref, safe=""))

    def _connector_endpoint(self):
        """Raises UserError, saying what to do, when there is none."""
        endpoint = self.sudo().connector_endpoint_id
        if not endpoint:
            raise UserError(_("Choose the endpoint by which %s is told of shipments.", self.name))
        return endpoint
