"""What a product costs us. Odoo's own valuation goes on writing it; by hand it changes by approval.

A cost is each company's own, so it lives in ir.property, and that is where it is guarded: whatever writes it, by
the product, its template or the property itself, comes by there.
"""

from odoo import _, api, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError
from odoo.tools import float_is_zero

KEY = "retail_valuation"


class Valuation:
    """Held while Odoo values what is received, delivered or approved as a cost. It opens costs and nothing else.

    A class for the reasons that Pass in retail_base is one.
    """


def valuing(records):
    return records.with_context(**{KEY: Valuation})


class Property(models.Model):
    _inherit = "ir.property"

    @api.model_create_multi
    def create(self, vals_list):
        if self._costs_are_guarded():
            for vals in vals_list:
                if vals.get("fields_id") == self._cost_field() and self._float_in(vals):
                    self._refuse_cost(vals.get("res_id"), vals.get("company_id"))
        return super().create(vals_list)

    def write(self, values):
        if self._costs_are_guarded():
            here = self.sudo()
            for each in here.filtered(
                lambda found: self._cost_field() in (found.fields_id.id, values.get("fields_id"))
            ):
                if each._alters_cost(values):
                    each._refuse_cost(each.res_id, each.company_id.id, each.value_float)
        return super().write(values)

    def unlink(self):
        if self._costs_are_guarded():
            for each in self.sudo().filtered(lambda found: found.fields_id.id == self._cost_field()):
                if each.value_float:
                    each._refuse_cost(each.res_id, each.company_id.id, each.value_float)
        return super().unlink()

    @api.model
    def _costs_are_guarded(self):
        return not guard.is_open(self.env) and self.env.context.get(KEY) is not Valuation

    @api.model
    def _cost_field(self):
        return self.env["ir.model.fields"]._get_ids("product.product").get("standard_price")

    def _float_in(self, vals):
        return vals.get("value", vals.get("value_float")) or 0.0

    def _alters_cost(self, values):
        if {"fields_id", "res_id", "company_id"} & values.keys():
            return True
        return bool({"value", "value_float"} & values.keys()) and self._float_in(values) != self.value_float

    @api.model
    def _refuse_cost(self, resource, company_id, known=0.0):
        """Raise UserError, saying what to do, unless this is the first cost of a product that has no stock."""
        model, _comma, number = (resource or "").partition(",")
        product = self.env["product.product"].sudo().browse(int(number) if number.isdigit() else [])
        if model != "product.product" or not product:
            raise UserError(_("A cost belongs to a product. Open the product, and enter it there."))
        product = product.with_company(self.env["res.company"].browse(company_id or self.env.company.id))
        if not product._cost_is_free(known):
            raise UserError(
                _(
                    "The cost of %s changes by an approved price change, line Cost: "
                    "see Retail, Work, Price changes. What is received goes on changing it by itself.",
                    product.display_name,
                )
            )


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _cost_is_free(self, known):
        """Whether a first cost may be set: nothing is valued by it. `known` is the cost so far."""
        if not float_is_zero(self.quantity_svl, precision_rounding=self.uom_id.rounding):
            return False
        return not known or bool(self.product_tmpl_id._with_free_prices())

    def _run_fifo(self, quantity, company):
        return super(ProductProduct, valuing(self))._run_fifo(quantity, company)

    def _run_fifo_vacuum(self, company=None):
        return super(ProductProduct, valuing(self))._run_fifo_vacuum(company)


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        done = super(StockMove, valuing(self))._action_done(cancel_backorder=cancel_backorder)
        return done.with_env(self.env)


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        return super(StockMoveLine, valuing(self)).create(vals_list).with_env(self.env)

    def write(self, vals):
        return super(StockMoveLine, valuing(self)).write(vals)


class LandedCost(models.Model):
    _inherit = "stock.landed.cost"

    def button_validate(self):
        return super(LandedCost, valuing(self)).button_validate()
