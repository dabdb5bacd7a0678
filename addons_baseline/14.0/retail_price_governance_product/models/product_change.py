"""A change of an approved product that its price would have to be approved for as well."""

from odoo import models
from odoo.exceptions import UserError


class ProductChange(models.Model):
    _inherit = "retail.product.change"

    def _approval_plan(self):
        return super()._approval_plan() | self._price_deciders()

    def _approval_content(self):
        deciders = self._price_deciders()
        # Prices move while a change waits: what then needs somebody else is submitted again.
        return {**super()._approval_content(), **({"price_deciders": sorted(deciders.ids)} if deciders else {})}

    def _price_deciders(self):
        """Who has to agree to the price of the product as it is to be; empty: nobody, or it cannot be so."""
        nobody = self.env["res.groups"]
        if not self.product_tmpl_id._priced_anew() & set(self.line_ids.mapped("name")):
            return nobody
        try:
            return self.sudo()._as_if_applied(self._price_deciders_of)
        except UserError:
            return nobody

    def _price_deciders_of(self, product):
        if not product.approval_needed:
            # From then on nobody is asked about its price.
            return self.env["retail.price.rule"]._deciding("beyond")
        return product._price_deciders()

    def _apply(self):
        self.sudo().product_tmpl_id._note_offer()
        return super()._apply()
