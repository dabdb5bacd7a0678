"""Tills, and each store's own cash."""

from odoo import models


class NetworkTills(models.AbstractModel):
    _name = "retail.network.tills"
    _inherit = "retail.network.part"
    _description = "Store network"

    def _apply_tills(self, spec, places, report):
        values = []
        for store in spec.get("stores", []):
            if store.get("kind") == "web":
                continue
            wanted = self._tills_wanted(store)
            warehouse = places[store["code"]]
            there = self._tills(warehouse)
            for till in there:
                if till.retail_number <= wanted:
                    self._set(till, {"active": True}, report)
                else:
                    report.append({"action": "leave", "model": till._name, "name": till.display_name})
            missing = sorted(set(range(1, wanted + 1)) - set(there.mapped("retail_number")))
            if missing:
                methods = self._payment_methods(warehouse, report)
                values += [self._till_values(warehouse, number, methods) for number in missing]
        self._make("pos.config", values, report)

    def _tills_wanted(self, store):
        return store.get("tills", 1 if store.get("kind", "store") == "store" else 0)

    def _tills(self, warehouse):
        tills = self.env["pos.config"].with_context(active_test=False)
        return tills.search([("picking_type_id", "=", warehouse.pos_type_id.id), ("retail_number", ">", 0)])

    def _till_values(self, warehouse, number, methods):
        return {
            "name": self._till_name(warehouse.name, number),
            "retail_number": number,
            "picking_type_id": warehouse.pos_type_id.id,
            "payment_method_ids": [(6, 0, methods.ids)],
        }

    def _payment_methods(self, warehouse, report):
        """The store's own cash, and all that is not cash."""
        methods = self.env["pos.payment.method"]
        cash = methods.search([("retail_warehouse_id", "=", warehouse.id), ("is_cash_count", "=", True)], limit=1)
        if not cash:
            journal = self._cash_journal(warehouse, report)
            values = {
                "name": journal.name,
                "is_cash_count": True,
                "cash_journal_id": journal.id,
                "company_id": self.env.company.id,
                "retail_warehouse_id": warehouse.id,
            }
            cash = self._make("pos.payment.method", [values], report)
        others = methods.search([("is_cash_count", "=", False), ("company_id", "=", self.env.company.id)])
        return cash | others.filtered(lambda method: not method.split_transactions)

    def _cash_journal(self, warehouse, report):
        """With accounts of its own, which Odoo makes."""
        journals = self.env["account.journal"]
        values = {
            "type": "cash",
            "name": self._cash_name(warehouse.code, warehouse.name),
            "company_id": self.env.company.id,
        }
        # Odoo itself counts to CSH99, and a chain may have more stores.
        same_code = [("code", "=", warehouse.code), ("company_id", "=", self.env.company.id)]
        if not journals.search_count(same_code):
            values["code"] = warehouse.code
        return self._make("account.journal", [values], report)
