"""Prices of pricelists come, and change, by a price change: one for each batch of rows."""

from odoo import models
from odoo.addons.retail_import.rows import CHANGED, CREATED


class ImportPrices(models.AbstractModel):
    _inherit = "retail.import.prices"

    def _make(self, tasks, approvals):
        items = self._propose(approvals, [values for _row, values in tasks])
        if approvals.checking:
            # Whatever else the file says is compared with it, and all is taken back afterwards.
            for item in items:
                item._put_in_force()
        for (row, _values), item in zip(tasks, items):
            row.done(CREATED, item.rule_id)
        self._remember([(row.key, item.rule_id) for (row, _values), item in zip(tasks, items)])

    def _change_all(self, tasks, approvals):  # pylint: disable=missing-return # it returns nothing
        """Those that are as they are, or are not known for sure, go the usual way."""
        differ, others = [], []
        for row, values, record in tasks:
            (differ if record and self._news(record, values) else others).append((row, values, record))
        self._together(differ, approvals, self._change_prices)
        super()._change_all(others, approvals)

    def _change_prices(self, tasks, approvals):
        labels = [self._labels(record, self._news(record, values)) for _row, values, record in tasks]
        changed = [{**values, "action": "change", "rule_id": record.id} for _row, values, record in tasks]
        self._propose(approvals, changed)
        for (row, _values, record), names in zip(tasks, labels):
            row.done(CHANGED, record, ", ".join(names))

    def _propose(self, approvals, items):
        """The rules of a price change, in this order."""
        pricelists = self.env["product.pricelist"].browse(values["pricelist_id"] for values in items)
        self.env[self._target].check_access_rights("write")
        pricelists.check_access_rule("write")
        change = self.env["retail.price.change"]._of_import(
            approvals, {"item_ids": [(0, 0, values) for values in items]}
        )
        return change.item_ids.sorted("id")
