"""Deliveries: ready to be picked up, picked up, shipped."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import column_exists, create_column


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "retail.message.mixin"]

    customer_collects = fields.Boolean(
        "Customer collects", compute="_compute_customer_collects", store=True, readonly=False
    )
    ready_at = fields.Datetime("Ready since", readonly=True, copy=False)

    def _auto_init(self):
        # Made by hand, or Odoo would compute it for each transfer that there ever was.
        if not column_exists(self.env.cr, self._table, "customer_collects"):
            create_column(self.env.cr, self._table, "customer_collects", "bool")
        return super()._auto_init()

    @api.depends("picking_type_id", "carrier_id")
    def _compute_customer_collects(self):
        for picking in self:
            picking.customer_collects = (picking.carrier_id or picking.picking_type_id).customer_collects

    def action_ready(self):
        """Somebody has put it where customers collect."""
        self.check_access_rights("write")
        self.check_access_rule("write")
        for picking in self:
            if not picking._is_collected():
                raise UserError(_("%s is collected by no customer, so nobody waits to hear of it.", picking.name))
            if not picking._is_complete():
                raise UserError(_("Not all of %s is here. Reserve it first, or split it.", picking.name))
        self._ready()

    def _action_done(self):
        result = super()._action_done()
        for picking in self.filtered(lambda each: each.state == "done" and each._goes_to_customer()):
            picking._tell_customer("order_picked_up" if picking.customer_collects else "order_shipped")
        # What somebody has picked and brought to the counter is ready there.
        following = self.move_lines.move_dest_ids.picking_id
        following.filtered(lambda each: each._is_collected() and each._is_complete())._ready()
        return result

    def _ready(self):
        self.filtered(lambda picking: not picking.ready_at).write({"ready_at": fields.Datetime.now()})
        self._tell_customer("order_ready")

    def _goes_to_customer(self):
        return (
            bool(self.sale_id)
            and self.picking_type_code == "outgoing"
            and self.location_dest_id.usage == "customer"
        )

    def _is_collected(self):
        return self.customer_collects and self._goes_to_customer()

    def _is_complete(self):
        return self.state == "assigned" and set(self.move_lines.mapped("state")) <= {"assigned", "done", "cancel"}

    def _message_warehouse(self):
        return self.picking_type_id.warehouse_id
