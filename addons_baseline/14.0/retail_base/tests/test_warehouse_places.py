from odoo.tests import SavepointCase, tagged


@tagged("post_install", "-at_install")
class TestWarehousePlaces(SavepointCase):
    """On the warehouses of stock, which every shop has."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.places = cls.env["retail.warehouse.places"]
        cls.warehouse = cls.env["stock.warehouse"].create({"name": "Rue Haute", "code": "HAUTE"})
        cls.stock = cls.warehouse.lot_stock_id
        cls.shelf = cls.stock.copy({"name": "Shelf", "location_id": cls.stock.id})
        cls.basket = cls.shelf.copy({"name": "Basket", "location_id": cls.stock.id, "usage": "inventory"})
        cls.customers = cls.env.ref("stock.stock_location_customers")

    def found(self, query):
        """Ids of places by this query that are of the warehouse."""
        self.env["base"].flush()
        # With parameters, as everybody runs it.
        asked = f"SELECT id FROM ({query}) place WHERE warehouse_id = %s"  # noqa: S608
        self.cr.execute(asked, (self.warehouse.id,))
        return {number for (number,) in self.cr.fetchall()}

    def test_a_place_is_of_the_warehouse_that_it_lies_in(self):
        for place in (self.warehouse.view_location_id, self.stock, self.shelf, self.basket):
            self.assertEqual(self.places._warehouse_of(place), self.warehouse)
        self.assertFalse(self.places._warehouse_of(self.customers))
        self.assertFalse(self.places._warehouse_of(self.customers.browse()))

    def test_queries_say_the_same(self):
        everything = self.found(self.places._all())
        lies_in = self.env["stock.location"].with_context(active_test=False)
        lies_in = lies_in.search([("id", "child_of", self.warehouse.view_location_id.id)])
        self.assertLessEqual(set(lies_in.ids), everything)
        self.assertNotIn(self.customers.id, everything)
        self.assertEqual(everything, set(self.places._ids_of(self.warehouse)))
        internal = self.found(self.places._internal())
        self.assertIn(self.shelf.id, internal)
        self.assertFalse({self.basket.id, self.warehouse.view_location_id.id} & internal)

    def test_an_archived_place_is_still_the_warehouses(self):
        self.shelf.active = False
        self.assertIn(self.shelf.id, self.places._ids_of(self.warehouse))
        self.assertEqual(self.places._warehouse_of(self.shelf), self.warehouse)
