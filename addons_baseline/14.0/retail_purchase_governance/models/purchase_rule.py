"""One line of the approval matrix: for which orders whose approval is needed."""

from odoo import api, fields, models
from odoo.addons.retail_base.conflict import one_at_a_time
from odoo.tools import float_compare


class PurchaseRule(models.Model):
    _name = "retail.purchase.rule"
    _inherit = "mail.thread"
    _description = "Purchase rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one("res.company", help="Empty: all companies.", index=True, ondelete="cascade")
    categ_id = fields.Many2one(
        "product.category",
        "Product category",
        help="The amount is that of the lines in this category or below it. Empty: of the whole order.",
        tracking=True,
        ondelete="restrict",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse", help="Where the goods go. Empty: anywhere.", tracking=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner", "Vendor", help="Empty: any vendor.", tracking=True, ondelete="restrict"
    )
    amount_from = fields.Float(
        "From", digits=(16, 2), help="Without taxes, in the company's currency.", tracking=True
    )
    amount_to = fields.Float("Below", digits=(16, 2), help="0: without upper limit.", tracking=True)
    days = fields.Integer(
        "Days together",
        help="Orders to the same vendor that were confirmed within so many days, or wait for approval, count"
        " together, so that splitting an order changes nothing. 0: each order by itself.",
        tracking=True,
    )
    group_id = fields.Many2one("res.groups", "Approved by", required=True, tracking=True, ondelete="restrict")
    people = fields.Integer(default=1, help="How many people of the group have to agree.", tracking=True)

    _sql_constraints = [
        ("people", "CHECK (people BETWEEN 1 AND 5)", "Enter how many people have to agree: from 1 to 5."),
        ("amounts", "CHECK (amount_from >= 0 AND amount_to >= 0)", "Enter amounts of 0 or more."),
        (
            "range",
            "CHECK (amount_to = 0 OR amount_to > amount_from)",
            "Enter an upper limit above the lower one, or 0 for none.",
        ),
        ("days", "CHECK (days >= 0)", "Enter a number of days, or 0 to look at each order by itself."),
    ]

    @api.model
    def _asking(self, order):
        """The rules that ask for an approval of this order, whoever may see them."""
        return self._meant_for(order).filtered(lambda rule: rule._asks(order))

    @api.model
    def _hold(self, order):
        """Make orders to one vendor take effect one after the other, where a rule counts them together."""
        rules = self._meant_for(order).filtered("days")
        if any(order.order_line._of_category(rule.categ_id) for rule in rules):
            one_at_a_time(order.sudo().partner_id.commercial_partner_id)

    @api.model
    def _meant_for(self, order):
        """The rules for its company, place and vendor, as superuser."""
        vendor = order.partner_id.commercial_partner_id
        domain = [
            ("company_id", "in", (False, order.company_id.id)),
            ("warehouse_id", "in", (False, order.picking_type_id.warehouse_id.id)),
        ]
        rules = self.sudo().search(domain)
        return rules.filtered(lambda rule: rule.partner_id.commercial_partner_id in (vendor, vendor.browse()))

    def _asks(self, order):
        lines = order.order_line._of_category(self.categ_id)
        if not lines:
            return False
        amount = lines._spend() + (self._ordered_lately(order) if self.days else 0.0)
        return self._compare(amount, self.amount_from) >= 0 and (
            not self.amount_to or self._compare(amount, self.amount_to) < 0
        )

    @staticmethod
    def _compare(amount, limit):
        return float_compare(amount, limit, precision_digits=2)

    def _ordered_lately(self, order):
        """What else the vendor's orders of the last days bind, in the company's currency."""
        orders = self.env["purchase.order"].sudo()
        vendor = [("partner_id", "child_of", order.partner_id.commercial_partner_id.id)]
        domain = [*vendor, ("company_id", "=", order.company_id.id), ("id", "!=", order._origin.id)]
        if self.warehouse_id:
            domain.append(("picking_type_id.warehouse_id", "=", self.warehouse_id.id))
        since = fields.Datetime.subtract(fields.Datetime.now(), days=self.days)
        confirmed = [("state", "in", ("purchase", "done")), ("date_approve", ">=", since)]
        found = orders.search(domain + confirmed) | orders.search([*domain, ("state", "=", "to approve")])
        return found.order_line._of_category(self.categ_id)._spend()
