"""Where customers collect what they ordered, and who wants no messages."""

from odoo import fields, models


class PickingType(models.Model):
    _inherit = "stock.picking.type"

    customer_collects = fields.Boolean("Customers collect", help="What this operation hands out is fetched here.")


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    customer_collects = fields.Boolean("Customers collect", help="Nothing is shipped: it is fetched in a store.")


class Partner(models.Model):
    _inherit = "res.partner"

    messages_refused = fields.Boolean(
        "No messages about orders",
        help="The customer wants to hear nothing about the states of orders and returns but what has to be sent.",
    )
