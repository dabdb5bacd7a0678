from datetime import timedelta

from odoo import fields, models

from .promise import reservable

# Before all ranks, and after.
FIRST, LAST = -(10**6), 10**6


class StockRule(models.Model):
    _inherit = "stock.rule"

    def _get_custom_move_fields(self):
        return [*super()._get_custom_move_fields(), "retail_channel_id"]


class StockMove(models.Model):
    _inherit = "stock.move"

    retail_channel_id = fields.Many2one(
        "retail.channel", "Channel", index=True, readonly=True, ondelete="set null"
    )

    def _get_new_picking_values(self):
        """A move's priority is that of its picking."""
        values = super()._get_new_picking_values()
        if "1" in self.retail_channel_id.mapped("priority"):
            values["priority"] = "1"
        return values

    def _prepare_procurement_values(self):
        """What is picked or packed for a delivery is of its channel."""
        values = super()._prepare_procurement_values()
        return {**values, "retail_channel_id": self.retail_channel_id.id} if self.retail_channel_id else values

    def _action_assign(self):
        """Better channels first; among equals, who ordered first."""
        turn = {move: (move._effective_rank(), move.date) for move in self}
        return super(StockMove, self.sorted(turn.get))._action_assign()

    def _effective_rank(self):
        """Its channel's, but first of all when its order has waited for as long as the channel lets it."""
        channel = self.retail_channel_id.sudo()
        if not channel:
            return LAST
        return FIRST if self._has_waited_enough() else channel.rank

    def _has_waited_enough(self):
        channel = self.retail_channel_id.sudo()
        since = self.sale_line_id.sudo().order_id.date_order or self.create_date
        return bool(channel.wait_days) and since < fields.Datetime.now() - timedelta(days=channel.wait_days)

    def _get_available_quantity(self, location_id, *args, **kwargs):
        """What other channels are kept is not there for this one."""
        free = super()._get_available_quantity(location_id, *args, **kwargs)
        channel, warehouse = self.retail_channel_id.sudo(), self.warehouse_id or self.picking_type_id.warehouse_id
        if not channel or free <= 0 or not warehouse:
            return free
        shares = channel._reserves()._shares(warehouse, self.product_id)
        if not set(shares) - {channel.id}:
            return free
        on_hand = channel._on_hand(warehouse, self.product_id).get(self.product_id.id, 0.0)
        return reservable(free, on_hand, self._reserved_by_channel(warehouse), shares, channel.id)

    def _reserved_by_channel(self, warehouse):
        """By channel id: what is reserved of this product in the warehouse."""
        self.flush()
        self.env.cr.execute(
            """
            SELECT move.retail_channel_id, sum(line.product_qty)
            FROM stock_move_line line
            JOIN stock_move move ON move.id = line.move_id
            JOIN stock_location location ON location.id = line.location_id
            WHERE line.product_id = %s AND line.state IN ('assigned', 'partially_available')
                AND move.retail_channel_id IS NOT NULL AND location.parent_path LIKE %s
            GROUP BY move.retail_channel_id
            """,
            (self.product_id.id, f"{warehouse.view_location_id.parent_path}%"),
        )
        return dict(self.env.cr.fetchall())
