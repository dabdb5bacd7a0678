"""Stock that is kept for an order while its customer pays, and the queue of orders for the same product."""

from collections import defaultdict
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.addons.retail_base import guard
from odoo.tools import float_is_zero

KEEP_DAYS = 1


class StockHold(models.Model):
    """Append-only but for its end. The number makes two who ask at once conflict.

    Whoever asks adds a row with the number after the last that it sees. If another one did so since it looked, its
    view of the stock is old, the number is taken, and Odoo begins the request again. So rows that have ended stay
    until no transaction can be that old.
    """

    _name = "retail.stock.hold"
    _inherit = "retail.sealed.mixin"
    _description = "Stock held for an order"
    _order = "id desc"
    _rec_name = "order_id"

    order_id = fields.Many2one("sale.order", required=True, index=True, ondelete="cascade")
    channel_id = fields.Many2one("retail.channel", required=True, ondelete="restrict")
    warehouse_id = fields.Many2one("stock.warehouse", required=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", required=True, ondelete="cascade")
    number = fields.Integer(required=True)
    quantity = fields.Float(digits="Product Unit of Measure", required=True, help="In the product's own unit.")
    expires_at = fields.Datetime("Until", required=True)
    ended_at = fields.Datetime("Ended", help="The order was confirmed or cancelled, or holds something else now.")

    _sql_constraints = [
        ("in_turn", "unique(warehouse_id, product_id, number)", "Somebody was quicker. Try it again."),
    ]

    @api.model
    def _open(self, warehouse, products):
        return self.sudo().search(
            [
                ("warehouse_id", "=", warehouse.id),
                ("product_id", "in", products.ids),
                ("ended_at", "=", False),
                ("expires_at", ">", fields.Datetime.now()),
            ]
        )

    @api.model
    def _of(self, orders):
        return self.sudo().search([("order_id", "in", orders.ids), ("ended_at", "=", False)])

    def _end(self):
        if self:
            guard.passing(self).write({"ended_at": fields.Datetime.now()})

    def _are_for(self, warehouse, needs):
        """Whether these holds still count, and are for exactly these quantities by product."""
        now, held = fields.Datetime.now(), defaultdict(float)
        for hold in self.filtered(lambda hold: hold.warehouse_id == warehouse and hold.expires_at > now):
            held[hold.product_id] += hold.quantity
        return held.keys() == needs.keys() and all(
            float_is_zero(held[product] - quantity, precision_rounding=product.uom_id.rounding)
            for product, quantity in needs.items()
        )

    @api.model
    def _take(self, order, channel, needs):
        """Hold quantities by product. Raises SerializationFailure when somebody else did so in the meantime."""
        now = fields.Datetime.now()
        self.flush()
        # In one order for all, or two orders with the same products wait for each other.
        for product, quantity in sorted(needs.items(), key=lambda need: need[0].id):
            # By hand, because only this way a number that is taken is a failure that Odoo begins anew for.
            self.env.cr.execute(
                """
                INSERT INTO retail_stock_hold
                    (order_id, channel_id, warehouse_id, product_id, number, quantity, expires_at,
                     create_uid, create_date, write_uid, write_date)
                SELECT %(order)s, %(channel)s, %(warehouse)s, %(product)s, coalesce(max(number), 0) + 1,
                    %(quantity)s, %(until)s, %(root)s, %(now)s, %(root)s, %(now)s
                FROM retail_stock_hold WHERE warehouse_id = %(warehouse)s AND product_id = %(product)s
                ON CONFLICT (warehouse_id, product_id, number) DO NOTHING
                """,
                {
                    "order": order.id,
                    "channel": channel.id,
                    "warehouse": order.warehouse_id.id,
                    "product": product.id,
                    "quantity": quantity,
                    "until": now + timedelta(minutes=channel.hold_minutes),
                    "root": SUPERUSER_ID,
                    "now": now,
                },
                log_exceptions=False,
            )
        self.invalidate_cache()

    @api.autovacuum
    def _gc_holds(self):
        limit = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        guard.passing(self.search([("expires_at", "<", limit)])).unlink()
