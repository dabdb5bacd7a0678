"""The names of what a store has, which begin as the store's, and follow it."""

from odoo import models


class NetworkNames(models.AbstractModel):
    _name = "retail.network.names"
    _inherit = "retail.network.part"
    _description = "Store network"

    def _rename_with(self, warehouse, old, report):
        """What this warehouse has, from its old name to the one it has now."""
        new = warehouse.name
        if new == old:
            return
        for till in self._tills(warehouse):
            number = till.retail_number
            self._rename(till, self._till_name(old, number), self._till_name(new, number), report)
        methods = self.env["pos.payment.method"].with_context(active_test=False)
        for method in methods.search([("retail_warehouse_id", "=", warehouse.id), ("is_cash_count", "=", True)]):
            for record in (method.cash_journal_id, method):
                self._rename(
                    record, self._cash_name(warehouse.code, old), self._cash_name(warehouse.code, new), report
                )
        self._rename(warehouse.retail_calendar_id, old, new, report)
        if warehouse.partner_id != self.env.company.partner_id:
            self._rename(warehouse.partner_id, old, new, report)

    def _rename(self, record, old, new, report):
        """Unless a person gave it another name, in whichever language."""
        changed = False
        for language in (None, *(code for code, _name in self.env["res.lang"].get_installed())):
            told = record.with_context(lang=language)
            if told.name == old:
                told.name = new
                changed = True
        if changed:
            report.append({"action": "change", "model": record._name, "name": record.display_name})

    def _till_name(self, store, number):
        return f"{store} {number}"

    def _cash_name(self, code, store):
        return f"{code} {store}"
