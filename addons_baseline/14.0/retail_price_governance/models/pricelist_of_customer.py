"""The pricelist of a customer, and of all who have none: chosen by those who decide about prices.

It lives in ir.property, and is guarded there and on the customer: Odoo deletes it there past the ORM.
"""

from odoo import api, models
from odoo.addons.retail_base import guard

from .pricelist_choice import require_price_manager

KEY = "retail_customer_leaves"


class Leaving:
    """Held while a customer is deleted, whose pricelist goes along. A class for the reasons that Pass is one."""


class Partner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        if "property_product_pricelist" in vals:
            wanted = self.env["product.pricelist"].browse(vals["property_product_pricelist"] or [])
            for partner in self:
                if partner.sudo().property_product_pricelist != wanted and not partner._shares_pricelist(wanted):
                    require_price_manager(self.env)
        return super().write(vals)

    def unlink(self):
        return super(Partner, self.with_context(**{KEY: Leaving})).unlink()

    def _shares_pricelist(self, pricelist):
        """Contacts have the pricelist of their company, which Odoo gives them by itself."""
        company = self.sudo().commercial_partner_id
        return company != self and company.property_product_pricelist == pricelist


class Property(models.Model):
    _name = "ir.property"
    _inherit = "ir.property"

    @api.model_create_multi
    def create(self, vals_list):
        found = super().create(vals_list)
        for each in found._of_pricelists():
            # A company's first default is Odoo's; where nothing was chosen, the sales price favours nobody.
            if each.res_id and not (each._pricelist_is_plain() or each._pricelist_is_shared()):
                require_price_manager(self.env)
        return found

    def write(self, values):
        before = {each.id: each._choice() for each in self._of_pricelists()}
        result = super().write(values)
        for each in (self.browse(before) | self._of_pricelists()) if not guard.is_open(self.env) else ():
            same = before.get(each.id) == each._choice()
            # Another currency of a company, for instance, for which Odoo has made a new list.
            new_default = not each.sudo().res_id and each._pricelist_is_plain()
            if not (same or new_default or each._pricelist_is_shared()):
                require_price_manager(self.env)
        return result

    def unlink(self):
        if self.env.context.get(KEY) is not Leaving and self._of_pricelists():
            require_price_manager(self.env)
        return super().unlink()

    def _of_pricelists(self):
        field = self.env["ir.model.fields"]._get_ids("res.partner").get("property_product_pricelist")
        return self.sudo().filtered(lambda each: each.fields_id.id == field)

    def _choice(self):
        found = self.sudo()
        return found.fields_id.id, found.res_id, found.company_id.id, found.value_reference

    def _pricelist(self):
        found = self.sudo().value_reference or ""
        model, _comma, number = found.partition(",")
        return self.env["product.pricelist"].sudo().browse(int(number) if model == "product.pricelist" else [])

    def _pricelist_is_plain(self):
        return all(rule._changes_nothing() for rule in self._pricelist().item_ids)

    def _pricelist_is_shared(self):
        model, _comma, number = (self.sudo().res_id or "").partition(",")
        partner = self.env["res.partner"].browse(int(number) if model == "res.partner" else [])
        here = partner.with_company(self.sudo().company_id or self.env.company)
        return bool(here) and here._shares_pricelist(self._pricelist())
