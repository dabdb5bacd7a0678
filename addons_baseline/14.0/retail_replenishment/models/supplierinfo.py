"""In which quantities a vendor delivers."""

from odoo import api, fields, models
from odoo.tools import float_round


class SupplierInfo(models.Model):
    _inherit = "product.supplierinfo"

    order_multiple = fields.Float(
        "Multiple",
        digits="Product Unit of Measure",
        help="The vendor delivers in multiples of this quantity, in the unit of the minimum. 0: any quantity.",
    )

    _sql_constraints = [
        ("order_multiple", "CHECK (order_multiple >= 0)", "Enter a multiple of 0 or more."),
    ]

    @api.model
    def _not_bought_from(self):
        """Lines that are entered and by which nothing is bought by itself: none, unless an addon knows some."""
        return self.browse()

    def _least_of_vendor(self, product, date):
        """Of all this vendor's prices for the product on this day, the one with the smallest minimum.

        A vendor has several prices for several quantities, and the smallest of them is its minimum.
        """
        company = self.company_id or self.env.company
        prices = product._prepare_sellers().filtered(
            lambda each: (
                each.name == self.name
                and each.company_id in (self.env["res.company"], company)
                and each.product_id in (self.env["product.product"], product)
                and (not each.date_start or each.date_start <= date)
                and (not each.date_end or each.date_end >= date)
            )
        )
        return prices.sorted("min_qty")[:1] or self

    def _deliverable(self, quantity, unit):
        """The least quantity that the vendor delivers and that is not below this one, both in `unit`."""
        minimum, multiple = self._in_unit(self.min_qty, unit), self._in_unit(self.order_multiple, unit)
        quantity = max(quantity, minimum)
        return float_round(quantity, precision_rounding=multiple, rounding_method="UP") if multiple else quantity

    def _in_unit(self, quantity, unit):
        return self.product_uom._compute_quantity(quantity, unit, round=False)
