"""How far a price may move without anybody deciding about it, by product category."""

from odoo import _, api, fields, models
from odoo.tools import float_compare

MANAGER = "retail_price_governance.group_price_manager"
FINANCE = "retail_price_governance.group_price_finance"
VERDICTS = ("within", "beyond", "below_cost", "cost")


class PriceRule(models.Model):
    """The rule of the nearest category counts; without any, a price manager decides about every price."""

    _name = "retail.price.rule"
    _inherit = "mail.thread"
    _description = "Price rule"
    _order = "sequence, id"
    _rec_name = "categ_id"

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one("res.company", index=True, ondelete="cascade", help="Empty: all companies.")
    categ_id = fields.Many2one(
        "product.category",
        "Product category",
        tracking=True,
        ondelete="restrict",
        help="With those below it. Empty: all products that have no rule of their own.",
    )
    max_change = fields.Float(
        "Change up to (%)", digits=(16, 2), tracking=True, help="Up or down, without anybody deciding."
    )
    days = fields.Integer(
        "Days together",
        default=30,
        tracking=True,
        help="Changes within so many days count together, so that many small ones are not less than a large one.",
    )
    min_margin = fields.Float(
        "Margin from (%)", digits=(16, 2), tracking=True, help="Of the price without taxes. 0: any margin."
    )
    group_id = fields.Many2one(
        "res.groups",
        "Beyond that approved by",
        required=True,
        default=lambda self: self.env.ref(MANAGER, raise_if_not_found=False),
        tracking=True,
        ondelete="restrict",
    )
    finance_group_id = fields.Many2one(
        "res.groups",
        "Below cost also by",
        required=True,
        default=lambda self: self.env.ref(FINANCE, raise_if_not_found=False),
        tracking=True,
        ondelete="restrict",
    )

    _sql_constraints = [
        ("limits", "CHECK (max_change >= 0 AND min_margin >= 0)", "Enter limits of 0 or more."),
        ("margin", "CHECK (min_margin < 100)", "Enter a margin below 100 %."),
        ("days", "CHECK (days >= 0)", "Enter a number of days, or 0 to look at each change by itself."),
    ]

    def name_get(self):
        return [(rule.id, rule.categ_id.display_name or _("All products")) for rule in self]

    @api.model
    def _of_company(self, company):
        """All rules that could apply there, whoever may see them."""
        return self.sudo().search([("company_id", "in", (False, company.id))])

    def _nearest(self, category):
        """That of these rules which is for this category; empty when there is none."""
        path = category.parent_path or ""
        fitting = self.filtered(lambda rule: path.startswith(rule.categ_id.parent_path or ""))
        # Of equally near ones that of the company itself, and then the first of the list.
        return fitting.sorted(lambda rule: (-len(rule.categ_id.parent_path or ""), not rule.company_id))[:1]

    def _assess(self, new, before, sold):
        """What this rule, or no rule, says of a price.

        `before` are the prices it is compared with, the present one first; `sold` are pairs (price without taxes,
        cost) of what is sold at it, cost 0 where none is known. Answers with delta and margin in percent and with
        the verdict.
        """
        deltas = [_percent(new - old, old) for old in before]
        known = [(net, cost) for net, cost in sold if cost > 0]
        margin = min((_margin(net, cost) for net, cost in known), default=0.0)
        result = {"delta": deltas[0], "margin": margin, "limit_id": self.id, "margin_known": bool(known)}
        if any(float_compare(net, cost, precision_digits=6) < 0 for net, cost in known):
            return {**result, "verdict": "below_cost"}
        within = self and all(before) and max(map(abs, deltas)) <= self.max_change
        if within and self.min_margin:
            within = len(known) == len(sold) and float_compare(margin, self.min_margin, precision_digits=6) >= 0
        return {**result, "verdict": "within" if within else "beyond"}

    def _deciding(self, verdict):
        """Groups of which one member each has to agree."""
        groups = self.env["res.groups"].sudo()
        manager = self.group_id or self.env.ref(MANAGER).sudo()
        finance = self.finance_group_id or self.env.ref(FINANCE).sudo()
        if verdict == "within":
            return groups
        return {"beyond": manager, "below_cost": manager | finance, "cost": finance}[verdict]

    @api.model
    def _without_taxes(self, template, price, company):
        """The price of one unit as turnover, in whatever currency it is in."""
        taxes = template.taxes_id.filtered(lambda tax: tax.company_id == company)
        if not any(tax.price_include or tax.amount_type == "group" for tax in taxes):
            return price
        found = taxes.with_context(round=False).compute_all(price, company.currency_id, 1.0)
        return found["total_excluded"]


def _percent(change, of):
    """In percent; what comes from nothing has changed by 100."""
    if not of:
        return 100.0 if change else 0.0
    return 100.0 * change / abs(of)


def _margin(net, cost):
    """In percent of the price without taxes; -100 where nothing is paid."""
    return 100.0 * (net - cost) / net if net > 0 else -100.0
