"""What a promotion lacks: of which product a channel cannot be promised as many as it is expected to sell."""

from odoo import _, models
from odoo.tools import float_compare


class PromotionMixin(models.AbstractModel):
    _inherit = "retail.promotion.mixin"

    def _promotion_gaps(self):
        """Sentences saying of what is missing how much, and where; empty: nothing."""
        self.ensure_one()
        products = self.sudo()._promotion_products().filtered(lambda product: product.type == "product")
        return [
            sentence
            for channel in self._promotion_channels()
            for sentence in self._promotion_gaps_of(channel, products)
        ]

    def _promotion_channels(self):
        channels = self.env["retail.channel"].sudo()
        return self.sudo().promotion_channel_ids or channels.search([("team_ids", "!=", False)])

    def _promotion_gaps_of(self, channel, products):
        company = self.sudo().company_id or self.env.company
        everywhere = self.env["stock.warehouse"].sudo().search([("company_id", "=", company.id)])
        warehouses = channel.warehouse_ids or everywhere
        promised = (
            {warehouse: channel._promise(warehouse, products) for warehouse in warehouses} if products else {}
        )
        sentences = []
        for product in products:
            there = {warehouse.name: promised[warehouse][product.id] for warehouse in warehouses}
            needed = self._promotion_need(channel, product)
            if float_compare(sum(there.values()), needed, precision_rounding=product.uom_id.rounding) < 0:
                sentences.append(self._promotion_gap(channel, product, needed, there))
        return sentences

    def _promotion_need(self, channel, product):
        """What is expected of just this one, or else the least."""
        needs = self.sudo().promotion_need_ids.filtered(lambda need: need._fits(channel, product))
        special = needs.sorted(lambda need: (not need.product_id, not need.channel_id))[:1]
        return special.quantity if special else self.promotion_min_qty

    def _promotion_gap(self, channel, product, needed, there):
        found = ", ".join(f"{name} {quantity:g}" for name, quantity in there.items() if quantity)
        return _(
            "%(product)s: %(channel)s needs %(needed)g and can be promised %(promised)g (%(where)s).",
            product=product.display_name,
            channel=channel.name,
            needed=needed,
            promised=sum(there.values()),
            where=found or _("none anywhere"),
        )
