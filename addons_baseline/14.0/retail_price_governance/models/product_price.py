"""Sales prices and extras of choices: the first is set with the product, all others by approval."""

from odoo import _, api, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError


class ProductTemplate(models.Model):
    _inherit = "product.template"

    @api.model
    def _price_fields(self):
        """What makes its price. The unit belongs to it: 12 for a dozen is not 12 for one."""
        return frozenset({"list_price", "uom_id"})

    def write(self, vals):
        for name in self._price_fields() & vals.keys():
            if not guard.is_open(self.env):
                self._refuse_price(name, vals[name])
        return super().write(vals)

    def action_change_price(self):
        """A new price change with these products."""
        return {
            "type": "ir.actions.act_window",
            "name": _("Change the price"),
            "res_model": "retail.price.change",
            "view_mode": "form",
            "context": {
                "default_line_ids": [
                    (0, 0, {"product_tmpl_id": each.id, "new_price": each.list_price}) for each in self
                ]
            },
        }

    def _refuse_price(self, name, value):
        """Raise UserError, saying what to do, where writing it would change the price of what has one."""
        field = self._fields[name]
        new = field.convert_to_cache(value, self, validate=False)
        changed = self.filtered(
            lambda each: field.convert_to_cache(each.sudo()[name], each, validate=False) != new
        )
        for template in changed - changed._with_free_prices():
            raise UserError(template._price_message(name))

    def _price_message(self, name):
        if name == "uom_id":
            return _(
                "%s has a price for its unit of measure. Make another product for another unit.", self.display_name
            )
        return _(
            "The price of %s changes by an approved price change: use Change price on the product, "
            "or Retail, Work, Price changes.",
            self.display_name,
        )

    def _with_free_prices(self):
        """Those that are still being made, so that what is written is their first price.

        What was created in the same transaction has its prices from whoever creates it: Odoo sets some of them by
        writing to the new product.
        """
        self.env.cr.execute(
            "SELECT id FROM product_template WHERE id = ANY(%s) AND create_date = now() AT TIME ZONE 'UTC'",
            (self.ids,),
        )
        return self.browse(row[0] for row in self.env.cr.fetchall())


class ProductTemplateAttributeValue(models.Model):
    _inherit = "product.template.attribute.value"

    @api.model_create_multi
    def create(self, vals_list):
        values = super().create(vals_list)
        values.filtered("price_extra")._refuse_extra()
        return values

    def write(self, vals):
        if "price_extra" in vals:
            self.filtered(lambda each: each._extra_differs(vals["price_extra"]))._refuse_extra()
        return super().write(vals)

    def _extra_differs(self, extra):
        field = self._fields["price_extra"]
        return field.convert_to_cache(extra, self, validate=False) != self.sudo().price_extra

    def _refuse_extra(self):
        if guard.is_open(self.env):
            return
        for value in self.sudo():
            if not value.product_tmpl_id._with_free_prices():
                raise UserError(
                    _(
                        "What %(choice)s costs more on %(product)s changes by an approved price change. "
                        "Make one under Retail, Work, Price changes.",
                        choice=value.name,
                        product=value.product_tmpl_id.display_name,
                    )
                )


class UnitOfMeasure(models.Model):
    _inherit = "uom.uom"

    def write(self, values):
        changed = {"factor", "factor_inv"} & values.keys()
        if changed and not guard.is_open(self.env):
            self._refuse_in_use({name: values[name] for name in changed})
        return super().write(values)

    def _refuse_in_use(self, values):
        """Prices are for a unit: another size of the unit would be another price of everything sold in it."""
        for unit in self:
            if all(unit[name] == value for name, value in values.items()):
                continue
            products = self.env["product.template"].sudo().with_context(active_test=False)
            if products.search([("uom_id", "=", unit.id)], limit=1):
                raise UserError(_("Products are priced by %s. Make another unit instead.", unit.display_name))
