"""What a place of the network is, and when it is open."""

from odoo import fields, models


class Warehouse(models.Model):
    _inherit = "stock.warehouse"

    retail_kind = fields.Selection([("store", "Store"), ("warehouse", "Warehouse")], "Kind of place", index=True)
    retail_calendar_id = fields.Many2one("resource.calendar", "Opening hours", ondelete="restrict")


class PosConfig(models.Model):
    _inherit = "pos.config"

    retail_number = fields.Integer(
        "Number in the store", copy=False, help="The network's description counts tills."
    )


class PaymentMethod(models.Model):
    _inherit = "pos.payment.method"

    retail_warehouse_id = fields.Many2one(
        "stock.warehouse",
        "Cash of",
        copy=False,
        index=True,
        ondelete="restrict",
        help="The store whose cash it is.",
    )

    def _is_write_forbidden(self, fields):
        """A till that is open goes on by the method's id; a store gets another name while it sells."""
        return super()._is_write_forbidden(fields - {"name"})
