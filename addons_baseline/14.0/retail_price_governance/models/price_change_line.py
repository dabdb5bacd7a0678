"""One price that is to change: of a product, of a choice of a product, or what a variant costs us."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import ValidationError
from odoo.tools import float_compare

from .product_cost import valuing

# Where the price of each kind is.
TARGETS = {"list": "product_tmpl_id", "extra": "value_id", "cost": "product_id"}


class PriceChangeLine(models.Model):
    _name = "retail.price.change.line"
    _inherit = "retail.price.step"
    _description = "Changed price"
    _order = "change_id desc, id"
    _rec_name = "product_tmpl_id"

    change_id = fields.Many2one("retail.price.change", required=True, index=True, ondelete="cascade")
    # Kept, or each line that is read would have all changes looked through for whose they are.
    company_id = fields.Many2one(related="change_id.company_id", store=True, index=True)
    effective_at = fields.Datetime(related="change_id.effective_at")
    kind = fields.Selection(
        [("list", "Sales price"), ("extra", "Extra of a choice"), ("cost", "Cost")], default="list", required=True
    )
    product_tmpl_id = fields.Many2one(
        "product.template", "Product", required=True, index=True, ondelete="restrict"
    )
    value_id = fields.Many2one(
        "product.template.attribute.value",
        "Choice",
        index=True,
        domain="[('product_tmpl_id', '=', product_tmpl_id)]",
        ondelete="restrict",
    )
    product_id = fields.Many2one(
        "product.product",
        "Variant",
        index=True,
        domain="[('product_tmpl_id', '=', product_tmpl_id)]",
        help="Whose cost it is. Empty: of the product, which has only one.",
        ondelete="restrict",
    )
    old_price = fields.Float("Was", digits="Product Price", readonly=True, copy=False)
    new_price = fields.Float("Is to be", digits="Product Price", required=True)

    _sql_constraints = [
        ("not_negative", "CHECK (kind = 'extra' OR new_price >= 0)", "Enter a price of 0 or more."),
    ]

    def init(self):
        """For the history of a product, and for what was changed lately."""
        self.env.cr.execute(
            """
            CREATE INDEX IF NOT EXISTS retail_price_change_line_lately
            ON retail_price_change_line (product_tmpl_id, applied_at) WHERE progress = 'applied'
            """
        )

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"old_price"}

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        for line in lines.filtered(lambda each: each.kind == "cost" and not each.product_id):
            if line.product_tmpl_id.product_variant_count == 1:
                line.product_id = line.product_tmpl_id.product_variant_id
        return lines

    @api.constrains("kind", "product_tmpl_id", "value_id", "product_id")
    def _check_target(self):
        for line in self:
            of_it = line.value_id.product_tmpl_id | line.product_id.product_tmpl_id
            if of_it - line.product_tmpl_id:
                raise ValidationError(
                    _("The choice or variant is not one of %s.", line.product_tmpl_id.display_name)
                )

    # What it is about.

    def _target(self):
        return self[TARGETS[self.kind]]

    def _key(self):
        return self.kind, self._target().id

    def _present(self):
        if self.kind == "list":
            return self.product_tmpl_id.list_price
        if self.kind == "extra":
            return self.value_id.price_extra
        return self.product_id.with_company(self.change_id.company_id).standard_price

    def _same(self, price, other):
        digits = self.env["decimal.precision"].precision_get("Product Price")
        return float_compare(price, other, precision_digits=digits) == 0

    def _step_problems(self):
        problems, seen, free = [], set(), self.product_tmpl_id._with_free_prices()
        for line in self:
            if not line._target():
                problems.append(line._target_missing())
            elif line._key() in seen:
                problems.append(_("%s is in it twice. Remove one of the lines.", line._target().display_name))
            elif line._same(line.old_price, line.new_price):
                problems.append(_("%s has this price already. Remove the line.", line._target().display_name))
            elif line.product_tmpl_id.company_id not in (line.company_id, line.company_id.browse()):
                problems.append(_("%s belongs to another company. Remove the line.", line.display_name))
            elif line.kind == "list" and line.product_tmpl_id in free:
                problems.append(_("%s is not approved yet. Set its price on the product.", line.display_name))
            seen.add(line._key())
        return problems

    def _target_missing(self):
        if self.kind == "extra":
            return _("Say which choice of %s it is.", self.display_name)
        return _("Say which variant of %s it is.", self.display_name)

    def _content(self):
        return [self.kind, self._target().id, self.new_price, self.old_price]

    # Putting it into force.

    def _as_expected(self):
        return self.filtered(
            lambda line: line._same(line._present(), line.old_price) or line._same(line._present(), line.new_price)
        )

    def _put_in_force(self):
        if self._same(self._present(), self.new_price):
            return
        name = {"list": "list_price", "extra": "price_extra", "cost": "standard_price"}[self.kind]
        target = self._target().sudo().with_company(self.change_id.company_id)
        # A cost brings journal entries about, for which no guard is to be open.
        opened = valuing(target) if self.kind == "cost" else guard.passing(target)
        opened.write({name: self.new_price})

    # Once more.

    def _as_proposed(self):
        return {
            "kind": self.kind,
            "product_tmpl_id": self.product_tmpl_id.id,
            "value_id": self.value_id.id,
            "product_id": self.product_id.id,
            "new_price": self.new_price,
        }

    def _as_it_was(self):
        return {**self._as_proposed(), "new_price": self.old_price}
