"""Products that Odoo makes for its own bookkeeping, in the middle of a sale: they need no approval."""

from odoo import api, models
from odoo.addons.retail_base import guard

CATEGORY = "retail_product_governance.category_house"


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.model
    def _create_for_house(self, vals):
        """A product in the category that needs no approval."""
        product = guard.passing(self).create({**vals, "categ_id": self.env.ref(CATEGORY).id})
        return self.browse(product.id)


class CouponProgram(models.Model):
    _inherit = "coupon.program"

    @api.model
    def create(self, vals):
        if vals.get("discount_line_product_id"):
            return super().create(vals)
        # The values that core gives it.
        product = self.env["product.product"]._create_for_house(
            {
                "name": vals.get("name") or "Discount",
                "type": "service",
                "taxes_id": False,
                "supplier_taxes_id": False,
                "sale_ok": False,
                "purchase_ok": False,
                "lst_price": 0,
            }
        )
        program = super().create({**vals, "discount_line_product_id": product.id})
        product.name = program.reward_id.display_name
        return program
