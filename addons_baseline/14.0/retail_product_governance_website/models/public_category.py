"""A category of the web shop says which products it holds, and so could put approved ones elsewhere."""

from odoo import _, api, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError


class PublicCategory(models.Model):
    _inherit = "product.public.category"

    @api.model_create_multi
    def create(self, vals_list):
        categories = super().create(vals_list)
        for category in categories:
            category._refuse_held(category.product_tmpl_ids)
        return categories

    def write(self, vals):
        before = {category: category.sudo().product_tmpl_ids for category in self if "product_tmpl_ids" in vals}
        result = super().write(vals)
        for category, products in before.items():
            there = category.sudo().product_tmpl_ids
            category._refuse_held((products - there) | (there - products))
        return result

    def _refuse_held(self, products):
        """Raise UserError, saying what to do, where one of these is approved as it is."""
        held = products.sudo()._held() if not guard.is_open(self.env) else ()
        for product in held:
            raise UserError(
                _("%s is approved. Change its categories on the product: that waits for approval.", product.name)
            )
