"""That a product is offered in a channel: asked for by one person, and agreed to by a second."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError

# What is approved; another product or channel is another publication.
ASKED = frozenset({"product_tmpl_id", "channel_id"})


class Publication(models.Model):
    """Approved it holds until it is taken down. The till and the web shop are asked for on the product itself."""

    _name = "retail.channel.publication"
    _inherit = ["mail.thread", "retail.approval.mixin"]
    _description = "Publication of a product in a channel"
    _rec_name = "product_tmpl_id"
    _order = "id desc"

    product_tmpl_id = fields.Many2one("product.template", "Product", required=True, index=True, ondelete="cascade")
    channel_id = fields.Many2one("retail.channel", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="product_tmpl_id.company_id", store=True)

    _sql_constraints = [
        (
            "once",
            "unique(product_tmpl_id, channel_id)",
            "This product has a publication in this channel already. Open that one.",
        ),
    ]

    def name_get(self):
        return [(each.id, f"{each.product_tmpl_id.display_name} · {each.channel_id.name}") for each in self]

    def write(self, vals):
        if ASKED & vals.keys() and not guard.is_open(self.env):
            for each in self.filtered(lambda one: one.approval_state != "draft"):
                if any(each._would_change(name, vals[name]) for name in ASKED & vals.keys()):
                    raise UserError(
                        _("%s was submitted as it is. Make another publication for it.", each.display_name)
                    )
        return super().write(vals)

    def action_take_down(self):
        """At once, by whoever may edit it; back only with a new approval."""
        self.check_access_rights("write")
        self.check_access_rule("write")
        for each in self:
            if each.approval_state != "approved":
                raise UserError(_("%s is not published, so there is nothing to take down.", each.display_name))
        self._approval_reopen(_("Taken down by %s", self.env.user.name))

    @api.model
    def _published(self, channel, products):
        """Of these, as product.template, what the channel may offer."""
        wanted = [("channel_id", "=", channel.id), ("product_tmpl_id", "in", products.ids)]
        return self.sudo().search([*wanted, ("approval_state", "=", "approved")]).product_tmpl_id

    # The approval.

    def _approval_plan(self):
        return self.product_tmpl_id.categ_id._approvers()

    def _approval_problems(self):
        problems = super()._approval_problems()
        problem = self.product_tmpl_id._channel_problem("allow_sale")
        if problem:
            problems.append(problem)
        nameless = self.product_tmpl_id.product_variant_ids.filtered(lambda each: not each._offer_sku())
        if self.channel_id.sudo().endpoint_id and nameless:
            names = ", ".join(nameless.mapped("display_name"))
            problems.append(_("Enter an internal reference or a barcode of: %s.", names))
        return problems

    def _approval_content(self):
        return [self.product_tmpl_id.id, self.channel_id.id]

    def _approval_involved(self):
        return self.create_uid


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _offer_sku(self):
        """By what the outside knows it."""
        return self.default_code or self.barcode or ""
