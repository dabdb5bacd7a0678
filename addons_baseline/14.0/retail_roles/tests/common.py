"""Two stores and a central warehouse, and people with roles in them."""

from odoo.tests import SavepointCase


class StoresCase(SavepointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "no_reset_password": True, "tracking_disable": True})
        warehouses = cls.env["stock.warehouse"]
        cls.dc = warehouses.create({"name": "Central", "code": "TDC"})
        cls.blois, cls.tours = warehouses.create(
            [
                {"name": "Blois", "code": "TBL", "resupply_wh_ids": [(6, 0, cls.dc.ids)]},
                {"name": "Tours", "code": "TTO", "resupply_wh_ids": [(6, 0, cls.dc.ids)]},
            ]
        )
        cls.region = cls.env["retail.region"].create({"name": "Test region"})
        cls.manager = cls.person("manager", "store_manager", cls.blois)
        cls.neighbour = cls.person("neighbour", "store_manager", cls.tours)
        cls.supervisor = cls.person("supervisor", "warehouse_supervisor", cls.dc)
        cls.buyer = cls.person("buyer2", "buyer")
        cls.lamp = cls.env["product.product"].create({"name": "Lamp", "type": "product", "list_price": 12.0})
        for warehouse in (cls.dc, cls.blois, cls.tours):
            cls.env["stock.quant"]._update_available_quantity(cls.lamp, warehouse.lot_stock_id, 100)

    def setUp(self):
        super().setUp()
        self.anew()

    @classmethod
    def person(cls, login, role, stores=None):
        return cls.env["res.users"].create(
            {
                "name": login.capitalize(),
                "login": f"t-{login}",
                "role_line_ids": [(0, 0, {"role_id": cls.env.ref(f"retail_roles.role_{role}").id})],
                "retail_warehouse_ids": [(6, 0, stores.ids if stores else [])],
            }
        )

    def transfer(self, kind, source, destination, user=None):
        """A planned transfer of one lamp."""
        pickings = self.env["stock.picking"]
        if user:
            pickings = pickings.with_user(user)
        return pickings.create(self.transfer_values(kind, source, destination))

    def transfer_values(self, kind, source, destination):
        line = {
            "name": "Lamp",
            "product_id": self.lamp.id,
            "product_uom": self.lamp.uom_id.id,
            "product_uom_qty": 1.0,
            "location_id": source.id,
            "location_dest_id": destination.id,
        }
        return {
            "picking_type_id": kind.id,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "move_lines": [(0, 0, line)],
        }

    def till(self, warehouse, **values):
        return self.env["pos.config"].create(
            {"name": f"Till {warehouse.name}", "picking_type_id": warehouse.pos_type_id.id, **values}
        )

    def anew(self):
        """As the next request sees it, which is a transaction of its own."""
        self.env["base"].flush()
        self.env.cache.invalidate()
        self.cr.cache.clear()
