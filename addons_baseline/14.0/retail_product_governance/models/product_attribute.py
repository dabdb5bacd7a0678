"""Attributes of an approved product that is made to order: its variants come about in orders, unseen."""

from odoo import _, api, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError


class ProductTemplateAttributeLine(models.Model):
    _inherit = "product.template.attribute.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._refuse_unseen_variants()
        return lines

    def write(self, vals):
        before = {line: line.value_ids for line in self}
        result = super().write(vals)
        self.filtered(lambda line: line.value_ids - before[line])._refuse_unseen_variants()
        return result

    def _refuse_unseen_variants(self):
        if guard.is_open(self.env):
            return
        for line in self.filtered(lambda each: each.attribute_id.create_variant != "no_variant"):
            template = line.product_tmpl_id
            # An archived line is none of the product's attributes, and is one again when it comes back.
            made_to_order = line.attribute_id.create_variant == "dynamic" or template.has_dynamic_attributes()
            if template._held() and made_to_order:
                raise UserError(
                    _(
                        "%s is made to order: its variants come about in orders. To add to its attributes, "
                        "take it out of sale, change it, and submit it again.",
                        template.display_name,
                    )
                )
