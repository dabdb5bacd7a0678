from odoo.addons.retail_base.tests.products import sellable
from odoo.addons.retail_roles.tests.common import StoresCase
from odoo.exceptions import UserError
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestStores(StoresCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        sellable(cls.lamp)
        cls.rules = cls.env["stock.warehouse.orderpoint"]
        cls.env["retail.replenishment.policy"].create({"name": "All", "large_changes": "propose"})
        customers = cls.env.ref("stock.stock_location_customers")
        for store in (cls.blois, cls.tours):
            move = cls.env["stock.move"].create(
                {
                    "name": "Sold",
                    "product_id": cls.lamp.id,
                    "product_uom": cls.lamp.uom_id.id,
                    "product_uom_qty": 56,
                    "location_id": store.lot_stock_id.id,
                    "location_dest_id": customers.id,
                }
            )
            move._action_confirm()
            move.quantity_done = 56
            move._action_done()

    def compute(self):
        self.anew()
        for store in (self.blois, self.tours):
            self.env["retail.replenishment.run"]._recompute(store.id)
        self.anew()

    def rule(self, least):
        return self.rules.create(
            {
                "product_id": self.lamp.id,
                "warehouse_id": self.blois.id,
                "location_id": self.blois.lot_stock_id.id,
                "product_min_qty": least,
                "product_max_qty": least,
            }
        )

    def test_a_store_sees_its_own_proposals(self):
        self.compute()
        proposals = self.env["retail.replenishment.proposal"]
        ours = [("warehouse_id", "in", (self.blois | self.tours).ids), ("product_id", "=", self.lamp.id)]
        self.assertEqual(proposals.with_user(self.manager).search(ours).warehouse_id, self.blois)
        self.assertEqual(proposals.with_user(self.buyer).search(ours).warehouse_id, self.blois | self.tours)
        with self.assertRaises(UserError):
            proposals.search(ours).with_user(self.manager).action_accept()

    def test_a_buyer_accepts_for_all(self):
        self.compute()
        proposals = self.env["retail.replenishment.proposal"].with_user(self.buyer)
        proposals.search([("state", "=", "open"), ("product_id", "=", self.lamp.id)]).action_accept()
        self.anew()
        self.assertEqual(len(self.rules.search([("product_id", "=", self.lamp.id)])), 2)

    def test_what_a_store_may_enter_holds_against_the_policy(self):
        rule = self.rule(1)
        rule.with_user(self.manager).product_min_qty = 0.5
        self.compute()
        self.assertEqual((rule.product_min_qty, bool(rule.entered_on)), (0.5, True))
        level = self.env["retail.local.policy"].search(
            [("field_id", "=", self.env.ref("stock.field_stock_warehouse_orderpoint__product_min_qty").id)]
        )
        level.decided_by = "central"
        with self.assertRaises(UserError):
            rule.with_user(self.manager).product_min_qty = 3

    def test_the_store_s_manager_is_told(self):
        self.rule(500)
        self.anew()
        self.assertEqual(self.blois._stock_responsible(), self.manager)
        self.blois._watch_stock()
        self.anew()
        told = self.env["mail.activity"].with_user(self.manager).search([("res_model", "=", self.rules._name)])
        self.assertIn(self.manager, told.mapped("user_id"))
        self.blois.stock_responsible_id = self.buyer
        self.assertEqual(self.blois._stock_responsible(), self.buyer)

    def test_without_people_nobody_is_told(self):
        self.blois.retail_user_ids = False
        self.assertFalse(self.blois._stock_responsible())
