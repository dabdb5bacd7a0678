"""The checks behind the product standards: each says what is missing and what to do, or nothing."""

from odoo import _, fields, models
from stdnum import ean


class ProductChecks(models.AbstractModel):
    """Part of product.template."""

    _name = "retail.product.checks"
    _description = "Checks of a product"

    missing_standards = fields.Text("Still missing", compute="_compute_missing_standards")

    def _compute_missing_standards(self):
        for template in self:
            template.missing_standards = "\n".join(
                template._missing(blocking=True) + template._missing(blocking=False)
            )

    def _approval_problems(self):
        return self._missing(blocking=True)

    def _approval_submit(self):
        result = super()._approval_submit()
        advice = self._missing(blocking=False)
        if advice:
            self._approval_announce("<br/>".join([_("Approvers should know:"), *advice]))
        return result

    def _missing(self, blocking):
        """Sentences about the standards of this kind that the product does not meet."""
        if not self.approval_needed:
            return []
        standards = self.env["retail.product.standard"].sudo().search([("blocking", "=", blocking)])
        found = []
        for check in dict.fromkeys(each.check for each in standards if each._applies_to(self.categ_id)):
            found += filter(None, [getattr(self, f"_check_{check}")()])
        return found

    def _is_goods(self):
        return self.type != "service"

    def _check_category(self):
        category = self.categ_id.sudo()
        if not category.parent_id:
            return _("Choose a category below %s.", category.display_name)
        if category.child_id:
            return _("Choose one of the categories below %s.", category.display_name)
        return None

    def _check_sale_tax(self):
        company = self.company_id or self.env.company
        if self.allow_sale and not self.taxes_id.sudo().filtered(lambda tax: tax.company_id == company):
            return _("Enter the tax on sales of %s, even if it is 0 %%.", company.name)
        return None

    def _check_purchase_tax(self):
        company = self.company_id or self.env.company
        if self.allow_purchase and not self.supplier_taxes_id.sudo().filtered(
            lambda tax: tax.company_id == company
        ):
            return _("Enter the tax on purchases of %s, even if it is 0 %%.", company.name)
        return None

    def _check_vendor(self):
        if (
            self.allow_purchase
            and self._is_goods()
            and not self.sudo().seller_ids.filtered(lambda each: not each.approval_pending)
        ):
            return _("Enter a vendor on the page Purchase.")
        return None

    def _check_vendor_reference(self):
        nameless = self._vendor_lines().filtered(lambda line: not line.product_code)
        if nameless:
            vendors = ", ".join(nameless.name.mapped("display_name"))
            return _("Enter under which reference it is ordered from: %s.", vendors)
        return None

    def _check_vendor_terms(self):
        vague = self._vendor_lines().filtered(lambda line: line.price <= 0 or line.delay <= 0)
        if vague:
            return _("Enter the price and the lead time of: %s.", ", ".join(vague.name.mapped("display_name")))
        return None

    def _vendor_lines(self):
        """What vendors of this company say of goods that are to be bought."""
        if not (self.allow_purchase and self._is_goods()):
            return self.env["product.supplierinfo"]
        here = (self.company_id or self.env.company, self.env["res.company"])
        return self.sudo().seller_ids.filtered(lambda line: line.company_id in here)

    def _check_attributes(self):
        category = self.categ_id.sudo()
        missing = category._inherited("attribute_ids") - self.sudo().attribute_line_ids.attribute_id
        if missing:
            names = ", ".join(missing.mapped("display_name"))
            return _("Choose a value on the page Variants for: %s.", names)
        return None

    def _check_barcode(self):
        nameless = self.product_variant_ids.filtered(lambda each: not each.barcode)
        if self._is_goods() and nameless:
            return _("Enter the barcode of: %s.", ", ".join(nameless.mapped("display_name")))
        return None

    def _check_gtin(self):
        """GTIN-8, -12, -13 and -14 of GS1; codes that a shop gives itself have their check digit as well."""
        barcodes = [each for each in self.product_variant_ids.mapped("barcode") if each]
        # A scanner reads digits only, where stdnum also takes spaces and hyphens.
        wrong = [each for each in barcodes if not (each.isdigit() and ean.is_valid(each))]
        if wrong:
            return _("Scan the barcode again, its check digit is wrong: %s.", ", ".join(wrong))
        return None

    def _check_unit(self):
        sold, bought = self.uom_id, self.uom_po_id
        hours = self.env.ref("uom.uom_categ_wtime", raise_if_not_found=False)
        if self._is_goods() and sold.category_id == hours:
            return _("Choose a unit in which goods are counted, instead of %s.", sold.display_name)
        # The unit of sale has to fit a whole number of times into the unit in which it is bought.
        fits = bought._compute_quantity(1, sold, round=False)
        if self.allow_purchase and (fits < 1 or abs(fits - round(fits)) > sold.rounding):
            return _(
                "Choose a unit of purchase that holds a whole number of %(sold)s, instead of %(bought)s.",
                sold=sold.display_name,
                bought=bought.display_name,
            )
        return None

    def _check_return_policy(self):
        if self.allow_sale and not self._return_policy():
            return _("Choose a return policy, here or in the category.")
        return None

    def _return_policy(self):
        """The policy that holds for this product, its own or its category's; empty when there is none."""
        return self.return_policy_id or self.categ_id.sudo()._inherited("return_policy_id")

    def _check_price(self):
        if self.allow_sale and self.list_price <= 0:
            return _("Enter a sales price.")
        return None

    def _check_weight(self):
        light = self.product_variant_ids.filtered(lambda each: not each.weight)
        if self._is_goods() and light:
            return _("Enter the weight of: %s.", ", ".join(light.mapped("display_name")))
        return None

    def _check_image(self):
        if not self.image_1920:
            return _("Add an image.")
        return None
