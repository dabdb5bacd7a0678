"""Channels that sell only what is published in them, such as wholesale."""

from odoo import _, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _require_approved_products(self):
        result = super()._require_approved_products()
        for order in self.order_id if not guard.is_open(self.env) else ():
            channel = order.retail_channel_id.sudo()
            if channel.published_only:
                lines = self.filtered(lambda line, order=order: line.order_id == order)
                lines.product_id.product_tmpl_id._require_publication(channel)
        return result


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def _require_publication(self, channel):
        """Raise UserError, saying what to do, unless the channel may offer all goods among these."""
        goods = self.sudo().filtered(lambda each: each.approval_needed and each.type != "service")
        for template in goods - self.env["retail.channel.publication"]._published(channel, goods):
            raise UserError(
                _(
                    "%(product)s is not published in %(channel)s. Publish it under Retail, Work, Publications, "
                    "and have it approved.",
                    product=template.display_name,
                    channel=channel.name,
                )
            )
