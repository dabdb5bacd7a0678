"""Vendors that come to a product after its approval: nobody buys from them by itself until they are approved."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError

# Whose vendor it is. Its prices, quantities and days are the purchase governance's.
IDENTITY = frozenset({"name", "product_tmpl_id", "product_id"})


class SupplierInfo(models.Model):
    _name = "product.supplierinfo"
    _inherit = ["product.supplierinfo", "retail.guard.mixin"]

    approval_pending = fields.Boolean(
        "Waits for approval",
        readonly=True,
        copy=False,
        help="Nothing is bought from this vendor by itself until the change of the product is approved.",
    )

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"approval_pending"}

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not guard.is_open(self.env):
            lines._await_approval()
        return lines

    def write(self, vals):
        changed = self.browse()
        if IDENTITY & vals.keys() and not guard.is_open(self.env):
            changed = self.filtered(
                lambda line: any(line._would_change(name, vals[name]) for name in IDENTITY & vals.keys())
            )
            changed._refuse_held()
        result = super().write(vals)
        changed._refuse_held()
        return result

    def _template(self):
        return self.product_tmpl_id or self.product_id.product_tmpl_id

    def _await_approval(self):
        """Those that are new to an approved product; another price of a vendor that it has already is none."""
        for template in self.mapped(lambda line: line._template()):
            known = template.seller_ids.filtered(lambda line: not line.approval_pending) - self
            new = self.filtered(
                lambda line, template=template, known=known: (
                    line._template() == template and line.name not in known.name
                )
            )
            if not new:
                continue
            template._touch()
            if template._held():
                guard.passing(new.sudo()).write({"approval_pending": True})
                self.env["retail.product.change"]._propose_vendors(template, new)

    def _refuse_held(self):
        for line in self:
            if line._template()._held():
                raise UserError(
                    _(
                        "%s is approved. Add its new vendor as a line of its own, which is approved as well; "
                        "then delete the old line.",
                        line._template().display_name,
                    )
                )
