"""Which products need an approval, and whose: the category says, and what it leaves open its parent says."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import AccessError

POLICY = "retail_base.group_policy"
DEFAULT_APPROVERS = "retail_product_governance.group_product_approver"


class ProductCategory(models.Model):
    _inherit = "product.category"

    approval_exempt = fields.Boolean(
        "Needs no approval",
        help="For what the shop needs for its own bookkeeping: down payments, discounts, tips. Holds for all "
        "categories below it. Only Central policy puts products into such a category.",
    )
    approval_needed = fields.Boolean("Needs approval", compute="_compute_approval_needed", store=True)
    approver_group_id = fields.Many2one(
        "res.groups",
        "Approved by",
        ondelete="restrict",
        help="Who approves the products of this category; empty: as the category above says.",
    )
    return_policy_id = fields.Many2one(
        "retail.return.policy",
        "Return policy",
        ondelete="restrict",
        help="For products that have none of their own; empty: as the category above says.",
    )
    attribute_ids = fields.Many2many(
        "product.attribute",
        string="Attributes to have",
        help="What has to be said of the products of this category; empty: as the category above says.",
    )

    @api.depends("approval_exempt", "parent_id.approval_needed")
    def _compute_approval_needed(self):
        for category in self:
            above = category.parent_id.approval_needed if category.parent_id else True
            category.approval_needed = above and not category.approval_exempt

    @api.model_create_multi
    def create(self, vals_list):
        categories = super().create(vals_list)
        if categories.filtered(lambda each: each.approval_exempt or each.approver_group_id):
            self._require_policy()
        return categories

    def write(self, vals):
        if {"approval_exempt", "approver_group_id"} & vals.keys():
            self._require_policy()
        exempt = self.filtered(lambda each: not each.approval_needed)
        result = super().write(vals)
        now_exempt = self.filtered(lambda each: not each.approval_needed)
        if exempt != now_exempt:
            # By another parent, for instance.
            self._require_policy()
        self.env["product.template"]._approve_within(exempt - now_exempt)
        return result

    def _inherited(self, name):
        """The value of this field here or in the nearest category above that has one."""
        self.ensure_one()
        category = self
        while category and not category[name]:
            category = category.parent_id
        return category[name]

    def _approvers(self):
        """The group of which one member has to agree."""
        category = self.sudo()
        return category._inherited("approver_group_id") or self.env.ref(DEFAULT_APPROVERS)

    @api.model
    def _require_policy(self):
        if not guard.is_open(self.env) and not self.env.user.has_group(POLICY):
            raise AccessError(
                _("Which products need no approval, and who approves them, Central policy says. Ask them.")
            )
