"""Promotions and coupon programs are prices too: they run once they are approved, and as they were approved."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError

from .price_rule import MANAGER
from .pricelist_choice import differs

# Odoo makes the product of the discount line after the program, and names it anew.
HOUSEKEEPING = frozenset({"discount_line_product_id", "reward_description"})
# Of the program itself; what it gives and for what is in coupon.reward and coupon.rule.
TERMS = (
    "program_type",
    "promo_code_usage",
    "promo_code",
    "promo_applicability",
    "maximum_use_number",
    "validity_duration",
    "company_id",
    "rule_id",
    "reward_id",
)
IGNORED = frozenset({"id", "display_name", *models.MAGIC_COLUMNS, "__last_update"}) | HOUSEKEEPING


class CouponProgram(models.Model):
    _name = "coupon.program"
    _inherit = ["coupon.program", "retail.approval.mixin"]

    # The form shows how many there are also to those who approve prices, and see neither coupons nor orders.
    coupon_count = fields.Integer(compute_sudo=True)
    order_count = fields.Integer(compute_sudo=True)

    @api.model
    def create(self, vals):
        if guard.is_open(self.env):
            approved = {"approval_state": "approved"} if vals.get("active", True) else {}
            return super().create({**vals, **approved})
        # Whoever makes one asks for it; it runs with the approval.
        return super().create({**vals, "active": False})

    def write(self, vals):
        if not guard.is_open(self.env):
            self._refuse_terms(vals)
            if vals.get("active"):
                self.filtered(lambda program: not program.active)._refuse_start()
        result = super().write(vals)
        if "active" in vals and not vals["active"]:
            self._approval_reopen(_("Stopped by %s", self.env.user.name))
        return result

    def _refuse_terms(self, vals):
        for program in self:
            if any(differs(program, name, vals[name]) for name in TERMS if name in vals):
                program._refuse_held()

    def _refuse_held(self):
        """Raise UserError, saying what to do, where it is submitted or runs."""
        if guard.is_open(self.env):
            return
        for program in self.sudo():
            if program.approval_state == "pending":
                raise UserError(_("%s waits for approval. Withdraw it, and change it then.", program.display_name))
            if program.approval_state == "approved":
                raise UserError(
                    _("%s is approved as it is. Archive it, change it, and submit it again.", program.display_name)
                )

    def _refuse_start(self):
        for program in self:
            raise UserError(_("%s starts when it is approved. Submit it.", program.display_name))

    # The approval.

    def _approval_plan(self):
        return self.env.ref(MANAGER)

    def _approval_content(self):
        return {
            "terms": _content(self, TERMS),
            "rule": _content(self.rule_id, self.rule_id._fields),
            "reward": _content(self.reward_id, self.reward_id._fields),
        }

    def _approval_problems(self):
        problems = super()._approval_problems()
        if self.rule_date_to and self.rule_date_to < fields.Datetime.now():
            problems.append(_("Enter an end that is not past."))
        return problems

    def _approval_involved(self):
        return self.create_uid

    def _approval_granted(self):
        guard.passing(self.filtered(lambda program: not program.active)).toggle_active()


class CouponTerms(models.AbstractModel):
    """What a program gives, and for what, are records of their own, which could be written past the program."""

    _name = "retail.coupon.terms"
    _description = "Terms of a promotion"

    def write(self, vals):
        if not guard.is_open(self.env):
            for each in self:
                names = vals.keys() - HOUSEKEEPING
                if any(differs(each, name, vals[name]) for name in names):
                    each._programs()._refuse_held()
        return super().write(vals)

    def unlink(self):
        if not guard.is_open(self.env):
            self._programs()._refuse_held()
        return super().unlink()

    def _programs(self):
        programs = self.env["coupon.program"].sudo().with_context(active_test=False)
        name = {"coupon.rule": "rule_id", "coupon.reward": "reward_id"}[self._name]
        return programs.search([(name, "in", self.ids)]).with_env(self.env)


class CouponRule(models.Model):
    _name = "coupon.rule"
    _inherit = ["coupon.rule", "retail.coupon.terms"]


class CouponReward(models.Model):
    _name = "coupon.reward"
    _inherit = ["coupon.reward", "retail.coupon.terms"]


def _content(record, names):
    """Stored values by name, as JSON can hold them."""
    content = {}
    for name in sorted(names):
        field = record._fields[name]
        if field.store and field.type != "one2many" and name not in IGNORED:
            value = record[name]
            content[name] = sorted(value.ids) if field.relational else value
    return content
