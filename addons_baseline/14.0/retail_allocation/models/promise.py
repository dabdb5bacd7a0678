"""How much of a product a channel can be promised: what is on hand, less what others were promised or are kept.

All sums are over open moves and open holds, so they do not grow with history.
"""

from collections import defaultdict

from odoo import api, models
from odoo.tools import float_round


def promise(on_hand, committed, shares, channel, safety):
    """The quantity that `channel` may promise; never negative.

    `committed`: what is on its way out, by channel (None: of no channel); `shares`: fractions that are kept for
    channels. Of its own share a channel has what it was promised already.
    """
    kept = sum(
        max(0.0, _whole(share * on_hand) - committed.get(other, 0.0))
        for other, share in shares.items()
        if other != channel
    )
    return max(0.0, on_hand - sum(committed.values()) - kept - safety)


def reservable(free, on_hand, reserved, shares, channel):
    """How much of what is free may be reserved for `channel` without touching what others are kept."""
    kept = sum(
        max(0.0, _whole(share * on_hand) - reserved.get(other, 0.0))
        for other, share in shares.items()
        if other != channel
    )
    return max(0.0, free - kept)


def _whole(quantity):
    # Of one lamp a share of a half would keep it from everybody.
    return float_round(quantity, precision_digits=0, rounding_method="DOWN")


class Channel(models.Model):
    _inherit = "retail.channel"

    def _promise(self, warehouse, products, apart_from=None):
        """By product id, in the product's own unit: what this channel may promise from the warehouse now.

        `apart_from`: an order whose holds do not count, because it is the one that asks.
        """
        on_hand = self._left(warehouse, products)
        committed = self._committed(warehouse, products, apart_from)
        reserves = self._reserves()
        return {
            product.id: promise(
                on_hand.get(product.id, 0.0),
                committed[product.id],
                reserves._shares(warehouse, product),
                self.id,
                self.safety_qty,
            )
            for product in products.sudo()
        }

    def _left(self, warehouse, products):
        """By product id: what is on hand, less what has left and was not moved yet, of which addons know.

        Reservation does not ask this: it shares out what is on hand, as core does.
        """
        return self._on_hand(warehouse, products)

    @api.model
    def _left_since(self, since):  # noqa: ARG002 # addons do
        """Ids of products of which less is left than at that time, although nothing was moved."""
        return []

    def _on_hand(self, warehouse, products):
        """By product id. Summed up here, because the field of the product does not notice when stock changes."""
        inside = products.sudo().with_context(warehouse=warehouse.id)._get_domain_locations()[0]
        found = self.env["stock.quant"].sudo()
        rows = found.read_group([("product_id", "in", products.ids), *inside], ["quantity"], ["product_id"])
        return {row["product_id"][0]: row["quantity"] for row in rows}

    def _committed(self, warehouse, products, apart_from=None):
        """By product id, by channel id: what leaves the warehouse, and what is held for customers who pay."""
        committed = defaultdict(lambda: defaultdict(float))
        leaving = products.sudo().with_context(warehouse=warehouse.id)._get_domain_locations()[2]
        still_open = [("state", "not in", ("draft", "cancel", "done")), ("product_id", "in", products.ids)]
        moves = self.env["stock.move"].sudo()
        found = moves.read_group(
            leaving + still_open, ["product_qty"], ["product_id", "retail_channel_id"], lazy=False
        )
        for row in found:
            channel = row["retail_channel_id"] and row["retail_channel_id"][0]
            committed[row["product_id"][0]][channel or None] += row["product_qty"]
        holds = self.env["retail.stock.hold"]._open(warehouse, products)
        for hold in holds.filtered(lambda hold: hold.order_id != apart_from):
            committed[hold.product_id.id][hold.channel_id.id] += hold.quantity
        return committed

    def _reserves(self):
        """All that count."""
        return self.env["retail.channel.reserve"].sudo().search([("channel_id.active", "=", True)])


class ChannelReserve(models.Model):
    _inherit = "retail.channel.reserve"

    def _shares(self, warehouse, product):
        """By channel id: the fraction that is kept for it; the first of these that fits counts."""
        shares = {}
        for reserve in self:
            if reserve.channel_id.id not in shares and reserve._fits(warehouse, product):
                shares[reserve.channel_id.id] = reserve.share / 100.0
        return shares
