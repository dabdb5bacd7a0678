"""What a place of the network is, and when it is open."""

import re

from odoo import fields, models


class Warehouse(models.Model):
    _inherit = "stock.warehouse"

    retail_kind = fields.Selection([("store", "Store"), ("warehouse", "Warehouse")], "Kind of place", index=True)
    retail_calendar_id = fields.Many2one("resource.calendar", "Opening hours", ondelete="restrict")

    def write(self, vals):
        old_names = {warehouse: warehouse.name for warehouse in self} if "name" in vals else {}
        result = super().write(vals)
        for warehouse, old in old_names.items():
            if warehouse.name != old:
                warehouse._retail_rename_routes(old)
        return result

    def _retail_rename_routes(self, old):
        """Core renames routes when it does not know the old name any more. What a person named otherwise stays."""
        begins = rf"^{re.escape(old)}(?=\W*:)"
        ends = rf"(?<=\s){re.escape(old)}\s*$"
        routes = self.env["stock.location.route"].with_context(active_test=False)
        rules = self.env["stock.rule"].with_context(active_test=False)
        own = routes.search(["|", ("warehouse_ids", "in", self.ids), ("supplied_wh_id", "=", self.id)])
        # Those that wait in the archive for more steps are among a warehouse's fields only.
        own |= own.union(*(self[field] for field in self._get_routes_values()))
        self._retail_rename(own, begins)
        self._retail_rename(
            own.with_context(active_test=False).rule_ids | rules.search([("warehouse_id", "=", self.id)]), begins
        )
        self._retail_rename(routes.search([("supplier_wh_id", "=", self.id)]), ends)

    def _retail_rename(self, records, old):
        """To the name that it has now, in every language."""
        for language, _name in self.env["res.lang"].get_installed():
            for record in records.with_context(lang=language):
                name = re.sub(old, lambda _found: self.name, record.name)
                if name != record.name:
                    record.name = name


class PosConfig(models.Model):
    _inherit = "pos.config"

    retail_number = fields.Integer(
        "Number in the store", copy=False, help="The network's description counts tills."
    )


class PaymentMethod(models.Model):
    _inherit = "pos.payment.method"

    retail_warehouse_id = fields.Many2one(
        "stock.warehouse",
        "Cash of",
        copy=False,
        index=True,
        ondelete="restrict",
        help="The store whose cash it is.",
    )

    def _is_write_forbidden(self, fields):
        """A till that is open goes on by the method's id; a store gets another name while it sells."""
        return super()._is_write_forbidden(fields - {"name"})
