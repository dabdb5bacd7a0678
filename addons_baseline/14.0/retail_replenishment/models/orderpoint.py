"""Reordering rules: what they will really order, why they cannot, and which quantities a person gave."""

from collections import defaultdict

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard

QUANTITIES = frozenset({"product_min_qty", "product_max_qty"})


class Orderpoint(models.Model):
    _inherit = "stock.warehouse.orderpoint"

    vendor_min_qty = fields.Float(
        "Vendor minimum", digits="Product Unit of Measure", compute="_compute_vendor_quantities"
    )
    vendor_multiple = fields.Float(
        "Vendor multiple", digits="Product Unit of Measure", compute="_compute_vendor_quantities"
    )
    entered_on = fields.Date(
        "Entered by hand on",
        readonly=True,
        copy=False,
        help="The policies leave the quantities alone for as long as the policy says.",
    )
    blocked_reason = fields.Char("Cannot be ordered", compute="_compute_blocked_reason")

    @api.depends("product_id", "supplier_id", "company_id")
    def _compute_vendor_quantities(self):
        """Of the vendor that the rule names, or that comes first, in the product's unit."""
        today, left_out = fields.Date.context_today(self), self.env["product.supplierinfo"]._not_bought_from()
        for orderpoint in self:
            product = orderpoint.product_id.with_company(orderpoint.company_id)
            seller = orderpoint._chosen_price() or (product.seller_ids - left_out)[:1]
            seller = seller.with_company(orderpoint.company_id)
            least = seller and seller._least_of_vendor(product, today)
            orderpoint.vendor_min_qty = least._in_unit(least.min_qty, product.uom_id) if least else 0.0
            orderpoint.vendor_multiple = least._in_unit(least.order_multiple, product.uom_id) if least else 0.0

    @api.depends("product_id", "route_id", "supplier_id", "location_id", "company_id")
    def _compute_blocked_reason(self):
        reasons = self._blocked_reasons()
        for orderpoint in self:
            orderpoint.blocked_reason = " ".join(reasons[orderpoint.id]) or False

    def _blocked_reasons(self):
        """By id, sentences of all addons that know one, each saying why nothing is ordered and what to do."""
        reasons = defaultdict(list)
        for orderpoint in self.filtered(lambda each: each.product_id and each.location_id):
            if not orderpoint.rule_ids:
                reasons[orderpoint.id].append(_("Nothing supplies this place. Choose a route."))
            elif orderpoint._buys() and not orderpoint._first_price():
                reasons[orderpoint.id].append(_("There is no vendor. Enter one on the product."))
        return reasons

    def _buys(self):
        """Whether it orders from a vendor, and not from another warehouse."""
        return "buy" in self.rule_ids.sudo().mapped("action")

    def _chosen_price(self):
        """The vendor's price that the rule names; none when nothing is bought by it."""
        return self.supplier_id and self.supplier_id - self.supplier_id._not_bought_from()

    def _prepare_procurement_values(self, date=False, group=False):
        values = super()._prepare_procurement_values(date=date, group=group)
        return {**values, "supplierinfo_id": self._chosen_price()}

    def _first_price(self):
        """The vendor's price by which core orders: the rule's own, or the first; none when there is no vendor."""
        chosen = self._chosen_price()
        if chosen:
            return chosen
        prices = self.product_id.sudo()._prepare_sellers()
        company, today = self.company_id, fields.Date.context_today(self)
        return prices.filtered(
            lambda price: (
                price.company_id in (self.env["res.company"], company)
                and price.product_id in (self.env["product.product"], self.product_id)
                and (not price.date_end or price.date_end >= today)
            )
        )[:1]

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        entered = rules.filtered(lambda rule: rule.product_min_qty or rule.product_max_qty)
        entered._mark_entered()
        return rules

    def write(self, vals):
        given = QUANTITIES & vals.keys()
        self.filtered(lambda rule: any(rule[name] != vals[name] for name in given))._mark_entered()
        return super().write(vals)

    def _mark_entered(self):
        """Remember that a person gave the quantities; what the policies write does not come through here."""
        if self and not guard.is_open(self.env):
            self.write({"entered_on": fields.Date.context_today(self)})
