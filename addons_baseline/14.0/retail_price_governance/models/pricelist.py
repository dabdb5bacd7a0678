"""Pricelists: their rules come, change and go by an approved price change alone."""

from odoo import _, api, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError

from .pricelist_choice import differs

# What changes what a pricelist with rules means, or whether it is used at all.
MEANING = frozenset({"currency_id", "active"})
# What says to whom it applies without being chosen for anybody. Some of these exist with a web shop only.
REACH = frozenset({"selectable", "code", "website_id", "country_group_ids", "company_id", "sequence"})
# A new one may be for fewer from the beginning.
NARROWER = frozenset({"website_id", "company_id"})


class Pricelist(models.Model):
    _name = "product.pricelist"
    _inherit = ["product.pricelist", "retail.pricelist.choice"]

    @api.model
    def _choice_fields(self):
        return REACH & self._fields.keys()

    def _choice_is_default(self, name):
        return name in NARROWER or super()._choice_is_default(name)

    def write(self, vals):
        for name in MEANING & vals.keys():
            self.filtered(lambda each, name=name: differs(each, name, vals[name]))._refuse_with_rules()
        return super().write(vals)

    def unlink(self):
        self._refuse_with_rules()
        return super().unlink()

    def _refuse_with_rules(self):
        if guard.is_open(self.env):
            return
        for pricelist in self.sudo():
            rules = pricelist.with_context(active_test=False).item_ids
            if not all(rule._changes_nothing() for rule in rules):
                raise UserError(
                    _(
                        "%s has rules. Have them removed by a price change first: Retail, Work, Price changes.",
                        pricelist.display_name,
                    )
                )


class PricelistItem(models.Model):
    _inherit = "product.pricelist.item"

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        if items._is_guarded():
            for item in items.filtered(lambda each: not each._is_alone_and_changes_nothing()):
                item._refuse_rule()
        return items

    def write(self, values):
        if self._is_guarded():
            for item in self:
                if any(differs(item, name, value) for name, value in values.items()):
                    item._refuse_rule()
        return super().write(values)

    def unlink(self):
        if self._is_guarded():
            for item in self:
                item._refuse_rule()
        return super().unlink()

    def _is_guarded(self):
        """What a price change asks for has the same fields and this class, and is guarded as part of it."""
        return self._name == "product.pricelist.item" and not guard.is_open(self.env)

    def _refuse_rule(self):
        raise UserError(
            _(
                "Rules of %s change by an approved price change. Make one under Retail, Work, Price changes.",
                self.sudo().pricelist_id.display_name,
            )
        )

    def _changes_nothing(self):
        """The sales price as it is: what Odoo's own forms begin a pricelist with."""
        formula = self.compute_price == "formula" and self.base == "list_price"
        numbers = ("price_discount", "price_surcharge", "price_round", "price_min_margin", "price_max_margin")
        no_discount = self.compute_price == "percentage" and not self.percent_price
        return no_discount or (formula and not any(self[name] for name in numbers))

    def _is_alone_and_changes_nothing(self):
        return self._changes_nothing() and self.sudo().pricelist_id.item_ids == self
