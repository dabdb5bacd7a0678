"""What tills have sold in sessions that are open: it is on hand in the books, and nowhere else."""

from odoo import api, models


class Channel(models.Model):
    _inherit = "retail.channel"

    def _left(self, warehouse, products):
        left = super()._left(warehouse, products)
        sold = self.env["pos.session"]._sold_not_moved(warehouse.sudo().view_location_id, products)
        return {product.id: left.get(product.id, 0.0) - sold.get(product.id, 0.0) for product in products}

    @api.model
    def _left_since(self, since):
        return [*super()._left_since(since), *self.env["pos.session"]._sold_not_moved(since=since)]
