"""Up to where a store corrects its stock by itself."""

from datetime import timedelta

from odoo import _, api, fields, models
from odoo.addons.retail_base.conflict import one_at_a_time
from odoo.exceptions import ValidationError
from odoo.tools import float_compare


class AdjustmentLimit(models.Model):
    _name = "retail.adjustment.limit"
    _description = "Limit for stock differences"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: all companies.")
    warehouse_id = fields.Many2one("stock.warehouse", help="Empty: all warehouses.")
    categ_id = fields.Many2one(
        "product.category", "Category", help="With all categories below it. Empty: all products."
    )
    max_value = fields.Float(
        "Up to value",
        help="In the company's currency, at cost, gains and losses added up: of one document, and of all that"
        " nobody looked at in this warehouse within the days. 0: every difference is approved.",
    )
    days = fields.Integer(default=7, required=True, help="Days over which the value is added up.")
    max_rate = fields.Float("Up to %", default=100.0, help="Percent of what the books say, of one product.")
    max_units = fields.Float("Up to units", help="Of one product, in its own unit of measure.")
    group_id = fields.Many2one("res.groups", "Above it approves", required=True)

    @api.constrains("max_value", "max_rate", "max_units", "days")
    def _check_not_negative(self):
        if any(min(each.max_value, each.max_rate, each.max_units, each.days) < 0 for each in self):
            raise ValidationError(_("A limit cannot be negative. Enter 0, so that every difference is approved."))

    def name_get(self):
        everything = _("All")
        return [
            (each.id, " / ".join(filter(None, (each.warehouse_id.name, each.categ_id.name))) or everything)
            for each in self
        ]

    @api.model
    def _groups_for(self, differences):
        """Groups of which somebody has to agree to these differences; empty: they are within limits."""
        limits = self.sudo().search([("active", "=", True)])
        groups, sums = self.env["res.groups"], {}
        for each in differences:
            limit = limits._first_for(each)
            if not limit:
                groups |= self.env.ref("retail_stock_control.group_difference_approver")
                continue
            key = (limit, each.warehouse)
            sums[key] = sums.get(key, 0.0) + abs(each.value)
            if limit._exceeded_by_one(each):
                groups |= limit.group_id
        for (limit, warehouse), value in sums.items():
            if float_compare(value + limit._unseen_value(warehouse), limit.max_value, precision_digits=2) > 0:
                groups |= limit.group_id
            elif limit.days:
                # Of two that are within it together with what is posted, the second sees the first.
                one_at_a_time(warehouse or limit)
        return groups

    def _first_for(self, difference):
        """The first limit of the list that fits; an empty record when none does."""
        company = difference.location.company_id
        path = difference.product.categ_id.parent_path or ""
        for limit in self:
            if (
                limit.company_id in (company, limit.browse().company_id)
                and limit.warehouse_id in (difference.warehouse, limit.browse().warehouse_id)
                and (not limit.categ_id or path.startswith(limit.categ_id.parent_path))
            ):
                return limit
        return self.browse()

    def _exceeded_by_one(self, difference):
        digits = difference.product.uom_id.rounding
        above_units = float_compare(abs(difference.units), self.max_units, precision_rounding=digits) > 0
        return above_units or float_compare(difference.rate, self.max_rate, precision_digits=2) > 0

    def _unseen_value(self, warehouse):
        """Value corrected within the days without anybody's approval: many small ones are a large one."""
        since = fields.Datetime.now() - timedelta(days=self.days)
        found = (
            self.env["retail.adjustment.entry"]
            .sudo()
            .read_group(
                [
                    ("limit_id", "=", self.id),
                    ("warehouse_id", "=", warehouse.id),
                    ("within_limits", "=", True),
                    ("date", ">=", since),
                ],
                ["value_abs"],
                [],
            )
        )
        return found[0]["value_abs"] or 0.0
