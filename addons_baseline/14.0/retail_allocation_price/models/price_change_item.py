"""Pricelist rules that are promotions: lower prices for a time."""

from odoo import models


class PriceChangeItem(models.Model):
    _inherit = "retail.price.change.item"

    def _is_promotion(self):
        """Whether customers come for it: what becomes cheaper is in stock, and does not stay cheaper for ever."""
        self.ensure_one()
        for_a_time = self.lowers and self.action != "remove" and (self.date_start or self.date_end)
        return bool(for_a_time and self._promotion_goods())

    def _promotion_goods(self):
        """Of which there has to be stock. A rule for everything is for nothing in particular."""
        if self.applied_on == "3_global":
            return self.env["product.product"]
        return self._sold_by(self).products.filtered(lambda product: product.type == "product")

    def _promotion_begins_at(self):
        return max(filter(None, (self.change_id.effective_at, self.date_start)))
