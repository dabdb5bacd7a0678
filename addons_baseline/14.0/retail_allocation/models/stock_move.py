from datetime import timedelta

from odoo import fields, models

from .promise import reservable

# Before all ranks, and after.
FIRST, LAST = -(10**6), 10**6

# What is reserved of a product in a warehouse, by channel. Of no channel, what goes to another warehouse counts as
# the stores', also when it is only picked or packed so far.
RESERVED = """
    WITH RECURSIVE reserved AS (
        SELECT move.id, move.retail_channel_id AS channel_id, sum(line.product_qty) AS quantity
          FROM stock_move_line line
          JOIN stock_move move ON move.id = line.move_id
          JOIN stock_location location ON location.id = line.location_id
         WHERE line.product_id = %(product)s AND line.state IN ('assigned', 'partially_available')
           AND location.parent_path LIKE %(inside)s
      GROUP BY move.id
    ),
    way AS (
        SELECT id AS first_id, id FROM reserved WHERE channel_id IS NULL
        UNION
        SELECT way.first_id, link.move_dest_id FROM way JOIN stock_move_move_rel link ON link.move_orig_id = way.id
    ),
    elsewhere AS (
        SELECT way.first_id AS id
          FROM way
          JOIN stock_move move ON move.id = way.id
          JOIN stock_location target ON target.id = move.location_dest_id
         WHERE target.usage IN ('internal', 'transit') AND target.parent_path NOT LIKE %(inside)s
    )
    SELECT coalesce(channel_id, %(stores)s), sum(quantity)
      FROM reserved
     WHERE channel_id IS NOT NULL OR id IN (SELECT id FROM elsewhere)
  GROUP BY 1
"""


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
        """What other channels are kept is not there for this one, nor for what goes to another warehouse."""
        free = super()._get_available_quantity(location_id, *args, **kwargs)
        if free <= 0:
            return free
        channel, warehouse = self.retail_channel_id.sudo(), self.warehouse_id or self.picking_type_id.warehouse_id
        if not channel and self._goes_elsewhere(location_id):
            # Whatever a route or the type of operation says, the goods are those of this place.
            channel, warehouse = self.env["retail.channel"]._of_stores(), location_id.sudo().get_warehouse()
        if not channel or not warehouse:
            return free
        shares = channel._reserves()._shares(warehouse, self.product_id)
        if not set(shares) - {channel.id}:
            return free
        on_hand = channel._on_hand(warehouse, self.product_id).get(self.product_id.id, 0.0)
        return reservable(free, on_hand, self._reserved_by_channel(warehouse), shares, channel.id)

    def _goes_elsewhere(self, location):
        """Whether it, or what it is picked or packed for, takes goods from there to another warehouse's stock.

        The other one may be another company's, or a store that the user does not see.
        """
        seen, moves, warehouse = self.browse(), self.sudo(), self.env["stock.warehouse"]
        while moves:
            for target in moves.location_dest_id.filtered(lambda each: each.usage in ("internal", "transit")):
                warehouse = warehouse or location.sudo().get_warehouse()
                if warehouse and not target.parent_path.startswith(warehouse.view_location_id.parent_path):
                    return True
            seen |= moves
            moves = moves.move_dest_ids - seen
        return False

    def _reserved_by_channel(self, warehouse):
        """By channel id: what is reserved of this product in the warehouse."""
        self.flush()
        self.env.cr.execute(
            RESERVED,
            {
                "product": self.product_id.id,
                "inside": f"{warehouse.view_location_id.parent_path}%",
                "stores": self.env["retail.channel"]._of_stores().id or 0,
            },
        )
        return dict(self.env.cr.fetchall())
