from collections import defaultdict

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError
from odoo.tools import float_compare

PAID = ("authorized", "done")
BEFORE = ("draft", "sent")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    retail_channel_id = fields.Many2one("retail.channel", "Channel", compute="_compute_retail_channel_id")

    @api.depends("team_id")
    def _compute_retail_channel_id(self):
        for order in self:
            order.retail_channel_id = self.env["retail.channel"]._of_team(order.team_id)

    def write(self, vals):
        """An order counts from when it is a sale, by whatever way it comes to that."""
        if "team_id" in vals and not vals["team_id"] and not guard.is_open(self.env):
            self._refuse_without_team()
        if vals.get("state") in ("sale", "done"):
            for order in self.filtered(lambda order: order.state not in ("sale", "done")):
                order._claim_stock(order.order_line._outstanding())
        elif vals.get("state") == "cancel":
            self.env["retail.stock.hold"]._of(self)._end()
        return super().write(vals)

    def _create_payment_transaction(self, vals):
        """Keep what is in the cart for a while, so that nobody pays for what somebody else is paying."""
        for order in self.filtered(lambda order: order.state in BEFORE):
            if order.retail_channel_id.sudo().only_in_stock:
                order._claim_stock(order.order_line._outstanding())
        return super()._create_payment_transaction(vals)

    def _refuse_without_team(self):
        """Without its team an order would not be held to what its channel is promised."""
        for order in self.filtered("team_id"):
            channel = self.env["retail.channel"]._of_team(order.team_id)
            if channel:
                raise UserError(
                    _(
                        "%(order)s is an order of %(channel)s: choose another sales team instead of none.",
                        order=order.name,
                        channel=channel.name,
                    )
                )

    def _claim_stock(self, needs):
        """Hold quantities by product for this order, or raise UserError saying what is there instead."""
        self.ensure_one()
        channel = self.retail_channel_id.sudo()
        if not channel or not needs:
            return
        holds = self.env["retail.stock.hold"]._of(self)
        if holds._are_for(self.warehouse_id, needs):
            return
        holds._end()
        self._check_promise(channel, needs)
        holds._take(self, channel, needs)

    def _check_promise(self, channel, needs):
        limited = {product: quantity for product, quantity in needs.items() if channel._limits(product)}
        products = self.env["product.product"].union(*limited)
        promised = channel._promise(self.warehouse_id, products) if limited else {}
        problems = [
            self._shortage(channel, product, quantity, promised[product.id])
            for product, quantity in limited.items()
            if float_compare(quantity, promised[product.id], precision_rounding=product.uom_id.rounding) > 0
        ]
        if not problems:
            return
        if not set(self.sudo().transaction_ids.mapped("state")) & set(PAID):
            raise UserError("\n".join(problems))
        # The customer has paid, later than stock is held; refusing it would leave the money without an order.
        paid = _("Paid, but not in stock any more. Deliver later, or refund it.")
        self.sudo().message_post(body="<br/>".join([paid, *problems]))
        self.sudo().activity_schedule(
            "mail.mail_activity_data_todo", note=paid, user_id=self.user_id.id or self.env.uid
        )

    def _shortage(self, channel, product, quantity, promised):
        return _(
            "%(product)s: %(quantity)s are ordered, and %(channel)s can be promised %(promised)s of %(warehouse)s."
            " Lower the quantity, or take it from another warehouse.",
            product=product.display_name,
            quantity=quantity,
            channel=channel.name,
            promised=promised,
            warehouse=self.warehouse_id.sudo().name,
        )


def sum_by_product(pairs):
    """Quantities by product, of pairs of both."""
    total = defaultdict(float)
    for product, quantity in pairs:
        total[product] += quantity
    return dict(total)
