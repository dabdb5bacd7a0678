from odoo import models

# Of a product's choices on the website; with the others a shop says that it may sell more than it has.
LIMITED = ("always", "threshold")


class Channel(models.Model):
    _inherit = "retail.channel"

    def _limits(self, product):
        """What a product says about the web shop counts for the channels of websites."""
        limits = super()._limits(product)
        if limits and self._has_website():
            return product.inventory_availability in LIMITED
        return limits

    def _has_website(self):
        # Through the relation, which is read once however many products are asked about.
        return bool(self.sudo().team_ids.website_ids)
