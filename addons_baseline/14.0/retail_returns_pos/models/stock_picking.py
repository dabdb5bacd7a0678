"""Goods that a till took back: they are here already, and wait where nothing is sold from."""

from odoo import api, models
from odoo.addons.retail_base import guard


class StockPicking(models.Model):
    _inherit = "stock.picking"

    @api.model
    def _create_picking_from_pos_order_lines(self, location_dest_id, lines, picking_type, partner=False):
        # A till's sale is never refused, and its return is made from the order (see pos_order.py). The pass is for
        # the moves of these lines.
        pickings = super(StockPicking, guard.passing(self))._create_picking_from_pos_order_lines(
            location_dest_id, lines, picking_type, partner
        )
        return self.browse(pickings.ids)

    def _prepare_picking_vals(self, partner, picking_type, location_id, location_dest_id):
        if self.env["stock.location"].browse(location_id).usage == "customer":
            waits = picking_type.warehouse_id.return_location_id
            location_dest_id = waits.id or location_dest_id
        return super()._prepare_picking_vals(partner, picking_type, location_id, location_dest_id)
