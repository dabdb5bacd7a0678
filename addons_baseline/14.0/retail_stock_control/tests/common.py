"""A store with goods in it, somebody who counts, a stock manager, and somebody who approves."""

from odoo.tests import SavepointCase, new_test_user


class StoreMixin:
    @classmethod
    def set_up_store(cls):
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.warehouse = cls.env["stock.warehouse"].create({"name": "Rue Haute", "code": "HAUTE"})
        cls.shelf = cls.warehouse.lot_stock_id
        cls.nowhere = cls.env["stock.location"].search([("usage", "=", "inventory")], limit=1)
        cls.counter = new_test_user(cls.env, "clara", groups="stock.group_stock_user")
        cls.manager = new_test_user(cls.env, "marc", groups="stock.group_stock_manager")
        cls.boss = new_test_user(cls.env, "bert", groups="retail_stock_control.group_difference_approver")
        cls.limit = cls.env.ref("retail_stock_control.limit_default")
        cls.reason = cls.env.ref("retail_stock_control.reason_count")
        cls.lamp = cls.product("Lamp", 10.0)

    @classmethod
    def product(cls, name, cost, on_hand=10.0, **values):
        product = cls.env["product.product"].create(
            {"name": name, "type": "product", "standard_price": cost, **values}
        )
        if on_hand:
            cls.put(product, on_hand)
        return product

    @classmethod
    def put(cls, product, units, **where):
        cls.env["stock.quant"]._update_available_quantity(product, cls.shelf, units, **where)

    def on_hand(self, product=None):
        return (product or self.lamp).with_context(location=self.shelf.id).qty_available

    def count(self, found=None, user=None, **values):
        """A count that has been begun, with what was found by product."""
        found = found or {}
        inventory = (
            self.env["stock.inventory"]
            .with_user(user or self.counter)
            .create(
                {
                    "name": "Count",
                    "location_ids": [(6, 0, self.shelf.ids)],
                    "product_ids": [(6, 0, [product.id for product in found] or self.lamp.ids)],
                    "exhausted": True,
                    "reason_id": self.reason.id,
                    **values,
                }
            )
        )
        inventory.action_start()
        for product, quantity in found.items():
            inventory.line_ids.filtered(lambda line, it=product: line.product_id == it).product_qty = quantity
        return inventory

    def approve(self, document):
        document.with_user(self.boss).action_approval_approve()


class StoreCase(StoreMixin, SavepointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_store()
