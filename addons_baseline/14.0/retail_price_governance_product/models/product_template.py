"""The first price of a product is approved together with the product."""

from odoo import api, fields, models
from odoo.addons.retail_base import guard


class ProductTemplate(models.Model):
    _inherit = "product.template"

    price_when_approved = fields.Float(
        "Price before it left the shop",
        digits="Product Price",
        readonly=True,
        copy=False,
        # The web shop reads products, too.
        groups="base.group_user",
        help="What its price is compared with when it is submitted again.",
    )

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"price_when_approved"}

    def _with_free_prices(self):
        return super()._with_free_prices() | (self - self._held())

    @api.model
    def _price_fields(self):
        # Another unit of an approved product waits for its approval, like all its facts.
        return super()._price_fields() - {"uom_id"}

    def _approval_content(self):
        extras = self.attribute_line_ids.product_template_value_ids
        return {
            **super()._approval_content(),
            "price": self.list_price,
            "extras": sorted((each.id, each.price_extra) for each in extras),
        }

    def _approval_plan(self):
        """Besides those of the category whoever decides about such a price."""
        return super()._approval_plan() | self._price_deciders()

    def _price_deciders(self):
        company = self.company_id or self.env.company
        rules = self.env["retail.price.rule"]._of_company(company)
        rule = rules._nearest(self.categ_id)
        if not rule or not self.allow_sale:
            # Where no rule says anything, whoever approves the product has seen its price.
            return rule._deciding("within")
        sold = [
            (rule._without_taxes(self, self.list_price + each.price_extra, company), each.standard_price)
            for each in self.with_company(company).product_variant_ids
        ]
        # A product that comes back is compared with itself.
        before = self.price_when_approved or self.list_price
        return rule._deciding(rule._assess(self.list_price, [before], sold)["verdict"])

    def _approval_reopen(self, why):
        for template in self.filtered(lambda each: each.approval_state == "approved"):
            guard.passing(template.sudo()).write({"price_when_approved": template.list_price})
        return super()._approval_reopen(why)
