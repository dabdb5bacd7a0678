"""A central warehouse, a store that it supplies, a product that sells one a day, and the people."""

from datetime import timedelta

from odoo import fields
from odoo.addons.retail_base.tests.products import sellable
from odoo.tests import SavepointCase, new_test_user

DAYS = 28


class PolicyCase(SavepointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.policies = cls.env["retail.replenishment.policy"]
        cls.policies.search([]).write({"active": False})
        cls.proposals = cls.env["retail.replenishment.proposal"]
        cls.rules = cls.env["stock.warehouse.orderpoint"]
        cls.runs = cls.env["retail.replenishment.run"]
        cls.central = cls.env["stock.warehouse"].create({"name": "Central", "code": "CEN"})
        cls.store = cls.env["stock.warehouse"].create(
            {"name": "Store", "code": "STO", "resupply_wh_ids": [(6, 0, cls.central.ids)]}
        )
        cls.home = cls.env["product.category"].create({"name": "Home"})
        cls.light = cls.env["product.category"].create({"name": "Light", "parent_id": cls.home.id})
        cls.vendor = cls.env["res.partner"].create({"name": "Lamp Works"})
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.lamp = cls.product("Lamp", delay=9)
        cls.company = cls.central.company_id
        cls.company.write({"po_lead": 1, "days_to_purchase": 0})
        cls.buyer = new_test_user(cls.env, "test_buyer", groups="purchase.group_purchase_user")
        cls.keeper = new_test_user(cls.env, "test_keeper", groups="stock.group_stock_manager")

    @classmethod
    def product(cls, name, delay=None, **values):
        product = cls.env["product.product"].create(
            {"name": name, "type": "product", "categ_id": cls.light.id, **values}
        )
        if delay is not None:
            cls.env["product.supplierinfo"].create(
                {"name": cls.vendor.id, "product_tmpl_id": product.product_tmpl_id.id, "delay": delay}
            )
        # Old enough for all its days to count.
        cls.env.cr.execute(
            "UPDATE product_product SET create_date = create_date - interval '1 year' WHERE id = %s", (product.id,)
        )
        return sellable(product)

    def policy(self, **values):
        given = {
            "name": "Test",
            "history_days": DAYS,
            "review_days": 1,
            "safety_days": 4,
            "cover_days": 10,
            "large_changes": "apply",
        }
        return self.policies.create({**given, **values})

    def moved(self, quantity, source=None, target=None, product=None, days_ago=5):
        """A transfer that was done so many days ago; without places, a sale of the store."""
        product = product or self.lamp
        move = self.env["stock.move"].create(
            {
                "name": "Moved",
                "product_id": product.id,
                "product_uom": product.uom_id.id,
                "product_uom_qty": quantity,
                "location_id": (source or self.store.lot_stock_id).id,
                "location_dest_id": (target or self.customers).id,
            }
        )
        move._action_confirm()
        move.quantity_done = quantity
        move._action_done()
        move.date = fields.Datetime.now() - timedelta(days=days_ago)
        return move

    def rule(self, least, most, warehouse=None, product=None, **values):
        """As an old one that nobody has entered lately."""
        warehouse = warehouse or self.store
        rule = self.rules.create(
            {
                "product_id": (product or self.lamp).id,
                "warehouse_id": warehouse.id,
                "location_id": warehouse.lot_stock_id.id,
                "product_min_qty": least,
                "product_max_qty": most,
                **values,
            }
        )
        rule.entered_on = False
        return rule

    def compute(self, warehouse=None):
        self.env["base"].flush()
        run = self.runs._recompute((warehouse or self.store).id)
        self.env.cache.invalidate()
        return run

    def quantities(self, warehouse=None, product=None):
        """(minimum, maximum) of each rule."""
        place = (warehouse or self.store).lot_stock_id
        domain = [("product_id", "=", (product or self.lamp).id), ("location_id", "=", place.id)]
        return [(rule.product_min_qty, rule.product_max_qty) for rule in self.rules.search(domain)]
