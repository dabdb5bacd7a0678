from odoo import models

from .product import SHOWN_TO


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _cart_update(self, *args, **kwargs):
        """Core takes no more into a cart than what is available; for a cart that is what can be promised to it."""
        return super(SaleOrder, self.with_context(**{SHOWN_TO: self.id}))._cart_update(*args, **kwargs)
