"""A pricelist rule that is to come, change or go. It has the fields of the rule itself."""

import json

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard

# What makes a pricelist rule.
RULE = (
    "pricelist_id",
    "applied_on",
    "product_tmpl_id",
    "product_id",
    "categ_id",
    "min_quantity",
    "date_start",
    "date_end",
    "compute_price",
    "fixed_price",
    "percent_price",
    "base",
    "base_pricelist_id",
    "price_discount",
    "price_surcharge",
    "price_round",
    "price_min_margin",
    "price_max_margin",
)


class PriceChangeItem(models.Model):
    _name = "retail.price.change.item"
    _inherit = ["product.pricelist.item", "retail.price.step"]
    _description = "Changed pricelist rule"
    _order = "change_id desc, id"

    change_id = fields.Many2one("retail.price.change", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="change_id.company_id", store=True, index=True)
    action = fields.Selection(
        [("add", "New"), ("change", "Changed"), ("remove", "Removed")], default="add", required=True
    )
    rule_id = fields.Many2one(
        "product.pricelist.item", "Present rule", index=True, copy=False, ondelete="set null", help="As it is now."
    )
    old_values = fields.Text("Values before", readonly=True, copy=False, help="As JSON, in the form of a write.")
    lowers = fields.Boolean("Lowers a price", readonly=True, copy=False)

    _sql_constraints = [
        ("not_negative", "CHECK (fixed_price >= 0)", "Enter a price of 0 or more."),
        (
            "discount",
            "CHECK (percent_price <= 100 AND price_discount <= 100)",
            "Enter a discount of at most 100 %.",
        ),
    ]

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"old_values", "lowers"}

    @api.model_create_multi
    def create(self, vals_list):
        rules = self.env["product.pricelist.item"]
        filled = []
        for vals in vals_list:
            rule = rules.browse(vals.get("rule_id") or [])
            filled.append({**(_values(rule) if rule else {}), **vals})
        return super().create(filled)

    @api.onchange("rule_id")
    def _onchange_rule_id(self):
        if self.rule_id:
            self.update(_values(self.rule_id))

    def _values(self):
        return _values(self)

    def _step_problems(self):
        problems = []
        for item in self:
            if item.action != "add" and not item.rule_id:
                problems.append(_("Say which rule of %s it is.", item.pricelist_id.display_name))
            if not item._currency_is_known():
                problems.append(
                    _(
                        "%s has no rate. Enter one under Accounting, Currencies.",
                        item.pricelist_id.currency_id.name,
                    )
                )
        for rule in self.rule_id:
            if len(self.filtered(lambda item, rule=rule: item.rule_id == rule)) > 1:
                problems.append(_("The rule %s is in it twice. Remove one of the lines.", rule.name))
        return problems

    def _currency_is_known(self):
        """Whether its prices can be compared with costs."""
        company, currency = self.change_id.company_id, self.pricelist_id.currency_id
        return currency == company.currency_id or bool(
            currency.sudo().rate_ids.filtered(lambda rate: rate.company_id in (company, company.browse()))
        )

    def _content(self):
        return [self.action, self.rule_id.id or 0, self.old_values or "", json.dumps(self._values())]

    # Putting it into force.

    def _as_expected(self):
        def expected(item):
            return item.action == "add" or (item.rule_id and json.loads(item.old_values) == _values(item.rule_id))

        return self.filtered(expected)

    def _put_in_force(self):
        rules = guard.passing(self.env["product.pricelist.item"].sudo())
        rule = rules.browse(self.rule_id.id or [])
        if self.action == "add":
            made = rules.create(self._values())
            guard.passing(self.sudo()).write({"rule_id": made.id})
        elif self.action == "change":
            rule.write(self._values())
        else:
            rule.unlink()

    # Once more.

    def _as_proposed(self):
        return {**self._values(), "action": self.action, "rule_id": self.rule_id.id}

    def _as_it_was(self):
        before = json.loads(self.old_values or "{}")
        if self.action == "add":
            return {**self._values(), "action": "remove", "rule_id": self.rule_id.id}
        if self.action == "change":
            return {**before, "action": "change", "rule_id": self.rule_id.id}
        return {**before, "action": "add"}


def _values(rule):
    """What makes a rule, as `write` takes it and JSON can hold it."""
    values = {}
    for name in RULE:
        value = rule._fields[name].convert_to_write(rule[name], rule)
        values[name] = fields.Datetime.to_string(value) if rule._fields[name].type == "datetime" else value
    return values
