"""What a product has to have before it can be submitted: which of the checks apply where."""

from odoo import fields, models


class ProductStandard(models.Model):
    """One check, for all categories or one with those below it. The checks are methods of product.template."""

    _name = "retail.product.standard"
    _description = "Product standard"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    check = fields.Selection(
        [
            ("category", "Category"),
            ("sale_tax", "Tax on sales"),
            ("purchase_tax", "Tax on purchases"),
            ("vendor", "Vendor"),
            ("vendor_reference", "Vendor's reference"),
            ("vendor_terms", "Vendor's price and lead time"),
            ("barcode", "Barcode"),
            ("gtin", "Barcode has a valid check digit"),
            ("unit", "Units of measure"),
            ("attributes", "Attributes of the category"),
            ("return_policy", "Return policy"),
            ("price", "Sales price"),
            ("weight", "Weight"),
            ("image", "Image"),
        ],
        required=True,
    )
    blocking = fields.Boolean(default=True, help="Otherwise the approver sees what is missing, and decides.")
    categ_id = fields.Many2one("product.category", "Category", ondelete="cascade", help="Empty: all categories.")

    def _applies_to(self, category):
        self.ensure_one()
        limit = self.categ_id.parent_path
        return not limit or (category.parent_path or "").startswith(limit)
