"""Fixed prices of pricelists."""

from datetime import datetime, time

from odoo import _, models


class ImportPrices(models.AbstractModel):
    _name = "retail.import.prices"
    _inherit = "retail.import.kind"
    _description = "Import of prices"

    _kind = "prices"
    _target = "product.pricelist.item"

    def _values(self, row):
        found = self._read(row)
        pricelist = self._named(_("pricelist"), found["pricelist"], self.env["product.pricelist"])
        product = self._product(found["product"]).product_tmpl_id
        begin, end = found["from"], found["to"]
        # However the numbers and days are written.
        row.key = f"{pricelist.id}/{product.id}/{found['minimum'] or 0:.12g}/{begin or ''}"
        return {
            "pricelist_id": pricelist.id,
            "applied_on": "1_product",
            "product_tmpl_id": product.id,
            "compute_price": "fixed",
            "fixed_price": found["price"],
            "min_quantity": found["minimum"] or 0.0,
            "date_start": begin and datetime.combine(begin, time.min),
            "date_end": end and datetime.combine(end, time.max.replace(microsecond=0)),
        }

    def _natural(self, keys):  # noqa: ARG002
        # Two prices for the same are no error in Odoo, so none is taken for ours.
        return {}
