"""The first price of a product is approved together with the product."""

import json

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
    offer_when_approved = fields.Text(
        "Unit and extras before it left the shop",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="As JSON: what that price was for. Empty: it never was in the shop, or before this was kept.",
    )

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"price_when_approved", "offer_when_approved"}

    def write(self, vals):
        if any(name in vals and not vals[name] for name in self._channels_of_sale()):
            self._note_offer()
        return super().write(vals)

    def _with_free_prices(self):
        return super()._with_free_prices() | (self - self._held())

    @api.model
    def _price_fields(self):
        # Another unit of an approved product waits for its approval, like all its facts.
        return super()._price_fields() - {"uom_id"}

    @api.model
    def _priced_anew(self):
        """Governed fields by which a price that nobody looked at could come into the shop."""
        return self._channels_of_sale() | {"uom_id", "categ_id"}

    @api.model
    def _channels_of_sale(self):
        return self._channels().keys() - {"allow_purchase"}

    def _is_for_sale(self):
        """Whether it is asked for in any channel in which its price counts."""
        return any(self[name] for name in self._channels_of_sale())

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

    def _approval_reopen(self, why):
        self._note_offer()
        return super()._approval_reopen(why)

    # Who decides about its price.

    def _price_deciders(self):
        company = self.company_id or self.env.company
        rule = self.env["retail.price.rule"]._of_company(company)._nearest(self.categ_id)
        before = self._price_before()
        if not self._is_for_sale() or (not rule and before == self.list_price):
            # Where no rule says anything, whoever approves the product has seen its first price.
            return rule._deciding("within")
        sold = [
            (rule._without_taxes(self, self.list_price + each.price_extra, company), each.standard_price)
            for each in self.with_company(company).product_variant_ids
        ]
        return rule._deciding(rule._assess(self.list_price, [before or 0.0], sold)["verdict"])

    def _price_before(self):
        """What its price is compared with; None: nothing that it had is comparable.

        A product that comes back is compared with itself, and a new one has nothing but its first price.
        """
        if self._offer_changed():
            return None
        returns = self.price_when_approved or self.offer_when_approved
        return self.price_when_approved if returns else self.list_price

    def _note_offer(self):
        """Keep the prices of what is for sale: somebody decided about each of them, whoever changes them next."""
        for template in self.sudo().filtered(
            lambda each: each.approval_state == "approved" and each._is_for_sale()
        ):
            offer = json.dumps(template._offer())
            news = {"price_when_approved": template.list_price, "offer_when_approved": offer}
            guard.passing(template).write(news)

    def _offer(self):
        """What its price is for: the unit, and what each choice costs more, by the id of its value."""
        choices = self.attribute_line_ids.product_template_value_ids
        extras = {str(each.product_attribute_value_id.id): each.price_extra for each in choices}
        return {"unit": self.uom_id.id, "extras": extras}

    def _offer_changed(self):
        """Whether the same price is another one than it was, because of its unit or of what choices cost more."""
        if not self.offer_when_approved:
            return False
        was, now = json.loads(self.offer_when_approved), self._offer()
        moved = any(extra != was["extras"].get(value, 0.0) for value, extra in now["extras"].items())
        return moved or was["unit"] != now["unit"]
