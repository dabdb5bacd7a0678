"""Returns that a till has taken."""

from odoo import api, fields, models
from odoo.addons.retail_base import guard


class RetailReturn(models.Model):
    _inherit = "retail.return"

    pos_order_id = fields.Many2one(
        "pos.order", "Till order", readonly=True, index=True, copy=False, ondelete="restrict"
    )

    _sql_constraints = [("pos_order_unique", "unique(pos_order_id)", "This order has a return already.")]

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"pos_order_id"}

    @api.depends("pos_order_id")
    def _compute_channel(self):
        at_a_till = self.filtered("pos_order_id")
        at_a_till.channel = "store"
        return super(RetailReturn, self - at_a_till)._compute_channel()

    def _goods_are_here(self):
        return bool(self.pos_order_id) or super()._goods_are_here()

    def _count_in(self):
        if not self.pos_order_id:
            return super()._count_in()
        # The customer has left them, and what the till has paid is paid.
        for line in self.line_ids:
            guard.passing(line).write({"received": line.quantity})
        return None


class RetailReturnLine(models.Model):
    _inherit = "retail.return.line"

    pos_line_id = fields.Many2one("pos.order.line", readonly=True, copy=False, ondelete="restrict")

    def _was_sold(self):
        return bool(self.return_id.pos_order_id) or super()._was_sold()

    def _paid_for_one(self):
        line = self.sudo().pos_line_id
        return line._paid_back_for_one() if line else super()._paid_for_one()
