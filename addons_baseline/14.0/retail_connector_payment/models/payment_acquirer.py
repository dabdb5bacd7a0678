"""An acquirer of which captures, voids and refunds are asked through the queue."""

from odoo import fields, models


class PaymentAcquirer(models.Model):
    _inherit = "payment.acquirer"

    # Whoever pays can read an acquirer.
    connector_endpoint_id = fields.Many2one(
        "retail.connector.endpoint",
        "Endpoint",
        domain=[("kind", "=", "payment")],
        ondelete="restrict",
        copy=False,
        groups="base.group_system",
        help="Captures, voids and refunds are queued for it, instead of being asked for while somebody waits.",
    )
    connector_path = fields.Char(
        "Path of payments", default="/payments", groups="base.group_system", help="What is asked for is added."
    )
