"""Opens one store: asks for what a description of it would say, and applies that."""

from odoo import fields, models
from odoo.addons.retail_base.forms import form_of


class StoreOpening(models.TransientModel):
    _name = "retail.store.opening"
    _description = "Open a store"

    code = fields.Char(
        required=True, size=5, help="One to five capital letters or digits: documents begin with it."
    )
    name = fields.Char(
        required=True,
        help="A new place joins the count plans that have all other places, or all others of its kind.",
    )
    kind = fields.Selection([("store", "Store"), ("warehouse", "Warehouse")], required=True, default="store")
    region_id = fields.Many2one("retail.region")
    supplier_id = fields.Many2one("stock.warehouse", "Supplied by")
    tills = fields.Integer(default=1, help="Of a store; a warehouse has none.")
    manager_name = fields.Char()
    manager_login = fields.Char(help="A person with this login is made, or gets this store and the role.")

    def action_open(self):
        """Apply it, and show the warehouse that was made or changed."""
        self.ensure_one()
        network = self.env["retail.store.network"]
        open_before = network._warehouses([]).filtered("active")
        network.apply(self._spec())
        warehouse = network._warehouses([self.code])
        if warehouse not in open_before:
            self._join_count_plans(warehouse, open_before)
        return form_of(warehouse._name, warehouse.id)

    def _spec(self):
        store = {"code": self.code, "name": self.name, "kind": self.kind}
        if self.kind == "store":
            store["tills"] = self.tills
        if self.region_id:
            store["region"] = self.region_id.name
        if self.supplier_id:
            store["suppliedBy"] = self.supplier_id.code
        if self.manager_login:
            role = "store_manager" if self.kind == "store" else "warehouse_supervisor"
            name = self.manager_name or self.manager_login
            store["people"] = [{"login": self.manager_login, "name": name, "role": role}]
        return {"stores": [store]}

    def _join_count_plans(self, warehouse, others):
        """Into plans that have all others, or all of its kind: they are meant for this one, too."""
        if "retail.count.plan" not in self.env:
            return
        others = others.filtered(lambda each: each.retail_kind == warehouse.retail_kind) or others
        for plan in self.env["retail.count.plan"].sudo().search([("company_id", "=", self.env.company.id)]):
            if others and others <= plan.warehouse_ids:
                plan.warehouse_ids = [(4, warehouse.id)]
