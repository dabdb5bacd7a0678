"""Promotion programs have no effect before they have started, and do not start before there is stock."""

import ast

from odoo import _, api, fields, models
from odoo.osv import expression

# Core's own default: of nothing in particular.
ANYTHING = ([], [["sale_ok", "=", True]], [("sale_ok", "=", True)])
DEFINITION = (
    "program_type",
    "rule_products_domain",
    "reward_type",
    "reward_product_id",
    "discount_apply_on",
    "discount_specific_product_ids",
)


class CouponProgram(models.Model):
    _name = "coupon.program"
    _inherit = ["coupon.program", "mail.thread", "mail.activity.mixin", "retail.promotion.mixin"]

    promotion_running = fields.Boolean(search="_search_promotion_running")

    @api.depends(*DEFINITION)
    def _compute_promotion_running(self):
        """Of what the definition says, too."""
        return super()._compute_promotion_running()

    @api.model
    def create(self, vals):
        """Odoo makes and names the product of its discount line; who makes promotions may not make products."""
        self.check_access_rights("create")
        of_others, own = _parted(vals)
        program = super(CouponProgram, self.sudo()).create(own).with_env(self.env)
        program.check_access_rule("create")
        if of_others:
            program.write(of_others)
        return program

    def toggle_active(self):
        self.check_access_rights("write")
        self.check_access_rule("write")
        return super(CouponProgram, self.sudo()).toggle_active()

    def write(self, vals):
        self.check_access_rights("write")
        self.check_access_rule("write")
        of_others, own = _parted(vals)
        result = super(CouponProgram, self.sudo()).write(own)
        if of_others:
            super().write(of_others)
        if "active" in vals and not vals["active"]:
            # Brought back later, it starts with what is there then.
            self.filtered("promotion_started_for").action_promotion_stop()
        return result

    def _promotion_products(self):
        """What has to be bought, what is given, and what is cheaper; of a program for everything, none."""
        products = self.reward_product_id if self.reward_type == "product" else self.env["product.product"]
        if self.reward_type == "discount" and self.discount_apply_on == "specific_products":
            products |= self.discount_specific_product_ids
        wanted = ast.literal_eval(self.rule_products_domain or "[]")
        if wanted not in ANYTHING:
            sold = [("type", "=", "product"), ("sale_ok", "=", True)]
            products |= products.search(expression.AND([wanted, sold]))
        return products

    def _promotion_definition(self):
        """Written on the rule or the reward itself it counts, too."""
        return [self[name].ids if self._fields[name].relational else self[name] for name in DEFINITION]

    @api.model
    def _search_promotion_running(self, operator, value):
        started = self.with_context(active_test=False).search([("promotion_started_for", "!=", False)])
        running = started.filtered(lambda each: each._promotion_runs())
        wanted = bool(value) == (operator == "=")
        return [("id", "in" if wanted else "not in", running.ids)]

    # Where a program takes effect.

    def _needs_a_start(self):
        """Coupons that customers hold already are honoured; they needed a start when they were handed out."""
        return self.program_type == "promotion_program" and not self._promotion_runs()

    @api.model
    def _filter_programs_from_common_rules(self, order, next_order=False):
        programs = self if next_order else self.filtered(lambda program: not program._needs_a_start())
        return super(CouponProgram, programs)._filter_programs_from_common_rules(order, next_order)

    def _check_promo_code(self, order, coupon_code):
        if self._needs_a_start():
            return {"error": _("This promotion has not started yet.")}
        return super()._check_promo_code(order, coupon_code)

    # Starting by itself.

    @api.model
    def _cron_promotion_start(self):
        """Those whose day has come, or else tell who made them what is missing."""
        now = fields.Datetime.now()
        due = self.search(
            [("rule_date_from", "<=", now), "|", ("rule_date_to", "=", False), ("rule_date_to", ">=", now)]
        )
        for program in due.filtered(lambda program: not program._promotion_runs()):
            program._promotion_try()


def _parted(vals):
    """(values that make, change or delete other records, which need the user's own rights; all others)."""
    nested = {
        name
        for name, value in vals.items()
        if isinstance(value, (list, tuple))
        and any(isinstance(each, (list, tuple)) and each[0] < 3 for each in value)
    }
    return {name: vals[name] for name in nested}, {name: vals[name] for name in vals.keys() - nested}
