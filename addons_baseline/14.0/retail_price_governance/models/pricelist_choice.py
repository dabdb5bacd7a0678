"""Which pricelist applies: another list is another price, so those who decide about prices choose it."""

from odoo import _, api, models
from odoo.addons.retail_base import guard
from odoo.exceptions import AccessError

from .price_rule import MANAGER


class PricelistChoice(models.AbstractModel):
    """For what says in stored fields of its own which pricelist applies. Superusers are held as well."""

    _name = "retail.pricelist.choice"
    _description = "Choice of a pricelist"

    @api.model
    def _choice_fields(self):
        """Names of the fields; a new record begins with their defaults."""
        return frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        for record in records:
            if not all(record._choice_is_default(name) for name in self._choice_fields()):
                require_price_manager(self.env)
        return records

    def write(self, vals):
        for name in self._choice_fields() & vals.keys():
            if any(differs(record, name, vals[name]) for record in self):
                require_price_manager(self.env)
        return super().write(vals)

    def _choice_is_default(self, name):
        field, found = self._fields[name], self.sudo()[name]
        # 0 is a number like others.
        if not found and field.type != "integer":
            return True
        return not differs(self, name, field.default(self) if field.default else False)


class CountryGroup(models.Model):
    """Customers of its countries have its pricelist, unless they have one of their own."""

    _name = "res.country.group"
    _inherit = ["res.country.group", "retail.pricelist.choice"]

    @api.model
    def _choice_fields(self):
        return frozenset({"pricelist_ids"})

    def write(self, vals):
        moved = self.sudo().filtered("pricelist_ids") if "country_ids" in vals else self.browse()
        if any(differs(group, "country_ids", vals["country_ids"]) for group in moved):
            require_price_manager(self.env)
        return super().write(vals)


def differs(record, name, value):
    """Whether writing this value would change a stored field. What is made with it counts as a change."""
    field = record._fields.get(name)
    if field is None or not field.store:
        return False
    if field.type == "one2many":
        return True
    new = field.convert_to_cache(value, record, validate=False)
    old = field.convert_to_cache(record.sudo()[name], record, validate=False)
    return set(new) != set(old) if field.type == "many2many" else new != old


def require_price_manager(env):
    """Raise AccessError, saying whom to ask, unless this user decides about prices."""
    if not decides_about_prices(env):
        group = env.ref(MANAGER).sudo().display_name
        raise AccessError(_("Which pricelist applies is decided by members of %s. Ask one of them.", group))


def decides_about_prices(env):
    """Whether this user does, or holds the pass."""
    return guard.is_open(env) or env.user.has_group(MANAGER)
