"""What a marketplace was told of one variant, and the message by which it was told."""

from urllib.parse import quote

from odoo import api, fields, models
from odoo.addons.retail_base import guard
from odoo.tools import float_compare


class Offer(models.Model):
    """One message at a time is under way for it, so that an older price does not arrive after a newer one.

    Messages are not kept in order otherwise, so each carries a number; the highest is what holds.
    """

    _name = "retail.channel.offer"
    _inherit = "retail.sealed.mixin"
    _description = "Offer in a marketplace"
    _rec_name = "sku"
    _order = "id desc"

    channel_id = fields.Many2one("retail.channel", required=True, ondelete="restrict")
    # Without a product that is gone it is still taken down.
    product_id = fields.Many2one("product.product", index=True, ondelete="set null")
    sku = fields.Char("Known as", required=True)
    listed = fields.Boolean("Offered", help="That is what the marketplace was told, or is being told.")
    quantity = fields.Float(digits="Product Unit of Measure")
    limited = fields.Boolean(help="Its quantity counts; services and consumables are always there.")
    price = fields.Float(digits="Product Price")
    number = fields.Integer(help="Of the last message about it.")
    message_id = fields.Many2one(
        "retail.connector.message", "Last message", ondelete="set null", groups="retail_connector.group_operator"
    )
    state = fields.Selection(related="message_id.state")

    _sql_constraints = [
        (
            "once",
            "unique(channel_id, product_id)",
            "This product has an offer in this channel already. Open that one.",
        )
    ]

    @api.model
    def _new(self, channel, product):
        values = {"channel_id": channel.id, "product_id": product.id, "sku": product._offer_sku()}
        return self.browse(guard.passing(self).create(values).id)

    def _is_under_way(self):
        return self.message_id.state == "queued"

    def _says(self, quantity, price, sku):
        """Whether the marketplace was told just this."""
        if not self.listed or self.sku != sku or self.limited != (quantity is not None):
            return False
        same_quantity = float_compare(self.quantity, quantity or 0.0, precision_digits=6) == 0
        return same_quantity and float_compare(self.price, price, precision_digits=6) == 0

    def _tell(self, quantity, price, sku):
        """Queue what holds now. Under another name than before it is another offer."""
        if self.listed and self.sku != sku:
            self._take_down()
        limited = quantity is not None
        told = {"sku": sku, "listed": True, "quantity": quantity or 0.0, "limited": limited, "price": price}
        guard.passing(self).write(told)
        currency = self.channel_id.pricelist_id.currency_id.name
        self._queue("PUT", {"quantity": quantity, "price": price, "currency": currency})

    def _take_down(self):
        """Queue that it is offered no more; what was to be said before that is not said."""
        if self._is_under_way():
            self.message_id._give_way()
        guard.passing(self).write({"listed": False})
        self._queue("DELETE", {})

    def _queue(self, method, content):
        number = self.number + 1
        message = self.env["retail.connector.message"]._queue(
            self.channel_id.endpoint_id,
            f"offer/{self.id}/{number}",
            {"sku": self.sku, "number": number, **content},
            document=self,
            method=method,
            path=f"/offers/{quote(self.sku, safe='')}",
        )
        guard.passing(self).write({"number": number, "message_id": message.id})
