from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import StoreCase


@tagged("post_install", "-at_install")
class TestPlans(StoreCase):
    def setUp(self):
        super().setUp()
        self.plan = self.env["retail.count.plan"].create(
            {"name": "Cycle", "warehouse_ids": [(6, 0, self.warehouse.ids)], "user_id": self.counter.id}
        )

    def sell(self, product, units):
        move = self.env["stock.move"].create(
            {
                "name": "Sold",
                "product_id": product.id,
                "product_uom": product.uom_id.id,
                "product_uom_qty": units,
                "location_id": self.shelf.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            }
        )
        move._action_confirm()
        move.quantity_done = units
        move._action_done()

    def finish(self, count, days_ago=0):
        for line in count.line_ids:
            line.product_qty = line.theoretical_qty
        count.action_validate()
        count.date = fields.Datetime.now() - timedelta(days=days_ago)

    def test_the_night_makes_a_blind_count_and_tells_somebody(self):
        self.env.ref("retail_stock_control.cron_make_counts").method_direct_trigger()
        count = self.plan.inventory_ids
        self.assertEqual((count.state, count.blind, count.warehouse_id), ("confirm", True, self.warehouse))
        self.assertEqual(count.line_ids.product_id, self.lamp)
        self.assertEqual(count.activity_ids.user_id, self.counter)
        self.assertEqual(count.reason_id, self.reason)

    def test_not_another_one_before_it_is_finished(self):
        first = self.plan._make_counts()
        self.product("Bowl", 1.0)
        self.assertFalse(self.plan._make_counts())
        self.finish(first)
        self.assertEqual(self.plan._make_counts().line_ids.product_id.name, "Bowl")

    def test_what_sells_for_much_is_counted_again_sooner(self):
        slow = self.product("Slow", 10.0)
        self.sell(self.lamp, 5)
        self.finish(self.plan._make_counts(), days_ago=30)
        self.assertEqual(self.plan._make_counts().line_ids.product_id, self.lamp)
        self.finish(self.plan.inventory_ids[0])
        self.plan.inventory_ids.date = fields.Datetime.now() - timedelta(days=180)
        self.assertEqual(self.plan._make_counts().line_ids.product_id, self.lamp | slow)

    def test_what_is_being_counted_is_left_alone(self):
        self.count({self.lamp: 10})
        self.assertFalse(self.plan._make_counts())

    def test_a_count_has_a_size(self):
        for name in ("One", "Two", "Three"):
            self.product(name, 1.0)
        self.plan.size = 2
        self.assertEqual(len(self.plan._make_counts().line_ids), 2)

    def test_each_warehouse_gets_its_own(self):
        other = self.env["stock.warehouse"].create({"name": "Rue Basse", "code": "BASSE"})
        self.env["stock.quant"]._update_available_quantity(self.lamp, other.lot_stock_id, 1)
        self.plan.warehouse_ids += other
        counts = self.plan._make_counts()
        self.assertEqual(counts.warehouse_id, self.warehouse | other)
        self.assertEqual([len(count.line_ids) for count in counts], [1, 1])

    def test_numbers_that_make_no_sense(self):
        for values in ({"share_a": 96}, {"share_b": 101}, {"size": 0}, {"days_c": 0}):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self.plan.write(values)

    def test_plans_are_central(self):
        with self.assertRaises(AccessError):
            self.plan.with_user(self.manager).action_make_counts()
