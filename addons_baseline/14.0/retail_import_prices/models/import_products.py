"""Sales prices of approved products change by a price change: one for each batch of rows."""

from odoo import models
from odoo.addons.retail_import.rows import CHANGED, REFUSED
from odoo.tools import float_compare


class ImportProducts(models.AbstractModel):
    _inherit = "retail.import.products"

    def _change_all(self, tasks, approvals):  # pylint: disable=missing-return # it returns nothing
        """Prices first: what is refused for its price is not changed otherwise either."""
        governed = [task for task in tasks if self._has_another_price(task)]
        self._together(governed, approvals, self._change_prices)
        repriced = {row for row, _values, _record in governed}
        left = [
            (row, _without_price(values) if row in repriced else values, record)
            for row, values, record in tasks
            if row.verdict != REFUSED
        ]
        super()._change_all(left, approvals)
        for row, _values, record in left:
            if row in repriced and row.verdict != REFUSED:
                said = [*self._labels(record, ["list_price"]), row.message]
                row.done(CHANGED, record, ", ".join(filter(None, said)))

    def _has_another_price(self, task):
        _row, values, record = task
        # A product with variants is refused as a whole, and one that nobody approved has a free price.
        if "list_price" not in values or len(record.product_variant_ids) != 1 or record._with_free_prices():
            return False
        digits = self.env["decimal.precision"].precision_get("Product Price")
        return bool(float_compare(values["list_price"], record.list_price, precision_digits=digits))

    def _change_prices(self, tasks, approvals):
        products = self.env[self._target].browse(record.id for _row, _values, record in tasks)
        products.check_access_rights("write")
        products.check_access_rule("write")
        lines = [
            (0, 0, {"product_tmpl_id": record.id, "new_price": values["list_price"]})
            for _row, values, record in tasks
        ]
        self.env["retail.price.change"]._of_import(approvals, {"line_ids": lines})
        products.invalidate_cache(["list_price"], products.ids)


def _without_price(values):
    return {name: value for name, value in values.items() if name != "list_price"}
