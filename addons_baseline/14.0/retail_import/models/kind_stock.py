"""Opening stock: one count for each store, with the reason Opening stock, approved with the import."""

from odoo import _, models
from odoo.tools import groupby

from ..rows import CREATED, SAME, Refused


class ImportStock(models.AbstractModel):
    _name = "retail.import.stock"
    _inherit = "retail.import.kind"
    _description = "Import of opening stock"

    _kind = "stock"
    _target = "stock.inventory"

    def _values(self, row):
        found = self._read(row)
        stores = self.env["stock.warehouse"]
        mine = [("company_id", "=", self.env.company.id)]
        store = self._one(_("store"), found["store"], [("code", "=", found["store"]), *mine], stores)
        product = self._product(found["product"])
        if product.type != "product":
            raise Refused(_("No stock is kept of %s. Take the line out.", product.display_name))
        if product.tracking != "none":
            raise Refused(
                _("%s has lots or serial numbers. Count it in Odoo, with these numbers.", product.display_name)
            )
        row.key = f"{store.code}/{self._code_of(product)}"
        return {"store": store, "product": product, "quantity": found["quantity"]}

    def _code_of(self, product):
        """By code or by barcode, it is the same product; unless others have its code, too."""
        shared = [
            ("default_code", "=", product.default_code),
            ("company_id", "in", (False, self.env.company.id)),
            ("id", "!=", product.id),
        ]
        if product.default_code and not self.env["product.product"].search(shared, limit=1):
            return product.default_code
        return product.barcode or product.default_code

    def _known(self, keys):
        """What was posted by an earlier import, as lines of that import."""
        lines = self.env["retail.import.line"].sudo()
        domain = [
            ("company_id", "=", self.env.company.id),
            ("kind", "=", self._kind),
            ("key", "in", list(keys)),
            ("outcome", "=", CREATED),
        ]
        return {line.key: line for line in lines.search(domain)}

    def _change(self, row, values, record, approvals):  # noqa: ARG002
        if abs(float(record.content) - values["quantity"]) > 1e-6:
            raise Refused(
                _(
                    "The opening stock of %s is posted already. Correct it by a count.",
                    values["product"].display_name,
                )
            )
        row.verdict, row.record_id = SAME, record.res_id

    def _make(self, tasks, approvals):
        for store, own in groupby(tasks, key=lambda task: task[1]["store"]):
            self._refuse_where_stock_is(store, own)
            inventory = self._count(store, [values for _row, values in own])
            for row, values in own:
                row.done(CREATED, inventory)
                row.content = str(values["quantity"])
            approvals.grant(inventory)

    def _refuse_where_stock_is(self, store, tasks):
        """A count sets what is there, and would take away what has been received since."""
        quants = self.env["stock.quant"].sudo()
        products = [values["product"].id for _row, values in tasks]
        domain = [("product_id", "in", products), ("location_id", "child_of", store.lot_stock_id.id)]
        there = quants.search([*domain, ("quantity", "!=", 0)]).product_id
        if there:
            raise Refused(_("%s has stock there already. Count it in Odoo.", there[0].display_name))

    def _count(self, store, found):
        inventory = self.env["stock.inventory"].create(
            {
                "name": _("Opening stock %s", store.name),
                "company_id": self.env.company.id,
                "location_ids": [(6, 0, store.lot_stock_id.ids)],
                "product_ids": [(6, 0, [values["product"].id for values in found])],
                "reason_id": self.env.ref("retail_stock_control.reason_opening").id,
            }
        )
        inventory.action_start()
        self.env["stock.inventory.line"].create(
            [
                {
                    "inventory_id": inventory.id,
                    "product_id": values["product"].id,
                    "location_id": store.lot_stock_id.id,
                    "product_uom_id": values["product"].uom_id.id,
                    "product_qty": values["quantity"],
                }
                for values in found
            ]
        )
        return inventory
