"""Variants that come to a product after its approval: nowhere to be seen until they are approved as well."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError


class ProductVariant(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "retail.guard.mixin"]

    approval_pending = fields.Boolean(
        "Waits for approval",
        readonly=True,
        copy=False,
        help="Archived until the change of its product is approved.",
    )

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"approval_pending"}

    @api.model_create_multi
    def create(self, vals_list):
        variants = super().create(vals_list)
        if not guard.is_open(self.env):
            variants._await_approval()
        return variants

    def write(self, vals):
        if guard.is_open(self.env):
            return super().write(vals)
        if vals.get("active"):
            # Odoo activates whatever fits the attributes, so this must not raise.
            waiting = self.filtered("approval_pending")
            if waiting:
                others = {name: value for name, value in vals.items() if name != "active"}
                super(ProductVariant, waiting).write(others)
                waiting._ask_for_activation()
                return (self - waiting).write(vals)
        if vals.get("product_tmpl_id"):
            moved = self.filtered(lambda each: each.product_tmpl_id.id != vals["product_tmpl_id"])
            if moved:
                super(ProductVariant, moved).write(vals)
                moved._await_approval()
                return (self - moved).write(vals)
        if "barcode" in vals:
            self.mapped("product_tmpl_id")._touch()
            held = self.filtered(lambda each: not each.approval_pending and each.product_tmpl_id._held())
            if held:
                held._propose_barcode(vals["barcode"])
                others = {name: value for name, value in vals.items() if name != "barcode"}
                super(ProductVariant, held).write(others)
                return super(ProductVariant, self - held).write(vals)
        return super().write(vals)

    def _propose_barcode(self, barcode):
        self.check_access_rights("write")
        self.check_access_rule("write")
        for variant in self:
            news = {"barcode": barcode} if variant._would_change("barcode", barcode) else {}
            dropped = {"barcode"} - news.keys()
            self.env["retail.product.change"]._propose(variant.product_tmpl_id, news, dropped, variant)

    def _await_approval(self):
        """Of products that are approved already; what is made to order comes about with each order."""
        self.mapped("product_tmpl_id")._touch()
        late = self.filtered(
            lambda each: each.product_tmpl_id._held() and not each.product_tmpl_id.has_dynamic_attributes()
        )
        guard.passing(late.sudo()).write({"approval_pending": True, "active": False})
        late._propose_activation()

    def _ask_for_activation(self):
        """Somebody wants what waits: it becomes part of its product's change, or of a product that is a draft."""
        held = self.filtered(lambda each: each.product_tmpl_id._held())
        held.filtered(
            lambda each: each not in each.product_tmpl_id.open_change_id.sudo().variant_ids
        )._propose_activation()
        guard.passing((self - held).sudo()).write({"approval_pending": False, "active": True})

    def _propose_activation(self):
        for template in self.mapped("product_tmpl_id"):
            new = self.filtered(lambda each, template=template: each.product_tmpl_id == template)
            self.env["retail.product.change"]._propose_variants(template, new)

    def _prepare_sellers(self, params=False):
        """Nothing is bought by itself from a vendor that nobody has approved."""
        return super()._prepare_sellers(params).filtered(lambda each: not each.approval_pending)

    def _require_channel(self, allow):
        """As of product.template; a variant that waits for approval is in none."""
        for variant in self.sudo().filtered("approval_pending"):
            raise UserError(
                _(
                    "%s is not approved. Submit the change of its product, and have it approved.",
                    variant.display_name,
                )
            )
        self.mapped("product_tmpl_id")._require_channel(allow)
