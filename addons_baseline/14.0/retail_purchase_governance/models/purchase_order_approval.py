"""Who has to agree to a purchase order, by rules, budgets and core's own limit, and to what exactly."""

from collections import defaultdict

from odoo import _, fields, models
from odoo.tools import formatLang


class PurchaseOrderApproval(models.Model):
    _name = "purchase.order"
    _inherit = ["purchase.order", "retail.approval.mixin"]

    approval_preview = fields.Text("Needs approval", compute="_compute_approval_preview")

    def _approval_needs(self):
        """(why, group, how many people of it) for each rule, budget and limit that the order, as saved, runs into.

        The group is empty where nobody can approve it.
        """
        needs = [
            (rule.name, rule.group_id, rule.people) for rule in self.env["retail.purchase.rule"]._asking(self)
        ]
        for budget, excess in self.env["retail.purchase.budget"]._shortfalls(self):
            needs.append((self._over_budget(budget, excess), budget.over_group_id, 1))
        if self._over_two_step_limit():
            needs.append(
                (_("Limit in the settings of Purchase"), self.env.ref("purchase.group_purchase_manager"), 1)
            )
        return needs

    def _approval_plan(self):
        people = defaultdict(int)
        for _why, group, number in self.sudo()._approval_needs():
            people[group] = max(people[group], number)
        groups = self.env["res.groups"].sudo()
        return groups.concat(*(group for group, number in people.items() for _each in range(number)))

    def _approval_within_limits(self):
        return _("No purchase rule asks for an approval, and no budget is exceeded.")

    def _approval_problems(self):
        problems = super()._approval_problems()
        if self.state == "cancel":
            problems.append(_("Set the order to draft."))
        if not self.order_line.filtered("product_id"):
            problems.append(_("Enter what is to be ordered."))
        problems += [why for why, group, _number in self.sudo()._approval_needs() if not group]
        return problems

    def _approval_content(self):
        lines = [
            [line.product_id.id, line.product_qty, line.product_uom.id, line.price_unit, line.date_planned]
            for line in self.order_line.filtered("product_id")
        ]
        whole = [self.partner_id.id, self.currency_id.id, self.company_id.id, self.picking_type_id.id]
        return [*whole, self.dest_address_id.id, sorted(lines, key=str)]

    def _approval_involved(self):
        return self.user_id | self.create_uid

    def _compute_approval_preview(self):
        """Why it needs whose approval as it is saved; empty once it is submitted."""
        for order in self:
            open_order = order._is_open() and order.state != "cancel"
            order.approval_preview = "\n".join(order.sudo()._approval_reasons() if open_order else [])

    def _approval_reasons(self):
        return [f"{why}: {group.display_name}" if group else why for why, group, _number in self._approval_needs()]

    def _over_two_step_limit(self):
        """Whether core's setting asks for a purchase manager, who is a second person here."""
        company, today = self.company_id, fields.Date.context_today(self)
        if company.po_double_validation != "two_step":
            return False
        total = sum(line._taxed() for line in self.order_line)
        value = self.currency_id._convert(total, company.currency_id, company, today)
        return company.currency_id.compare_amounts(value, company.po_double_validation_amount) >= 0

    def _over_budget(self, budget, excess):
        amount = formatLang(self.env, excess, currency_obj=budget.currency_id)
        return _(
            "%(amount)s more than is open to buy: %(budget)s. Order less, or have the budget raised.",
            amount=amount,
            budget=budget.display_name,
        )
