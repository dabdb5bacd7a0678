from unittest.mock import patch

from odoo.tests import tagged

from .common import PolicyCase


@tagged("post_install", "-at_install")
class TestLowStock(PolicyCase):
    def setUp(self):
        super().setUp()
        self.store.stock_responsible_id = self.keeper
        self.low = self.rule(5, 9)

    def put(self, quantity):
        self.env["stock.quant"]._update_available_quantity(self.lamp, self.store.lot_stock_id, quantity)

    def watch(self):
        self.store._watch_stock()
        self.env.cache.invalidate()
        return self.low.activity_ids

    def to_come(self, quantity):
        move = self.env["stock.move"].create(
            {
                "name": "Receipt",
                "product_id": self.lamp.id,
                "product_uom": self.lamp.uom_id.id,
                "product_uom_qty": quantity,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.store.lot_stock_id.id,
            }
        )
        move._action_confirm()
        return move

    def test_the_responsible_is_told_once(self):
        self.put(3)
        told = self.watch()
        self.assertEqual((told.user_id, told.res_name), (self.keeper, self.lamp.display_name))
        self.assertIn("3 there or to come, of at least 5", told.summary)
        self.assertTrue(self.low.low_since)
        self.assertEqual(self.watch(), told)

    def test_it_is_taken_back_when_there_is_enough(self):
        self.watch()
        self.put(5)
        self.assertFalse(self.watch())
        self.assertFalse(self.low.low_since)

    def test_or_when_enough_comes(self):
        self.watch()
        self.to_come(4)
        self.assertTrue(self.watch())
        self.to_come(1)
        self.assertFalse(self.watch())

    def test_what_leaves_counts(self):
        self.put(6)
        self.assertFalse(self.watch())
        move = self.env["stock.move"].create(
            {
                "name": "Delivery",
                "product_id": self.lamp.id,
                "product_uom": self.lamp.uom_id.id,
                "product_uom_qty": 2,
                "location_id": self.store.lot_stock_id.id,
                "location_dest_id": self.customers.id,
            }
        )
        move._action_confirm()
        self.assertTrue(self.watch())

    def test_done_by_hand_it_does_not_come_back_until_it_was_healthy(self):
        self.watch().action_done()
        self.assertFalse(self.watch())
        self.put(5)
        self.watch()
        self.put(-2)
        self.assertTrue(self.watch())

    def test_other_activities_of_the_rule_are_left(self):
        self.watch()
        own = self.low.activity_schedule("mail.mail_activity_data_todo", user_id=self.keeper.id)
        self.put(5)
        self.assertEqual(self.watch(), own)

    def test_who_is_responsible_now_takes_over(self):
        told = self.watch()
        own = self.low.activity_schedule("mail.mail_activity_data_todo", user_id=self.keeper.id)
        self.store.stock_responsible_id = self.env.ref("base.user_admin")
        self.watch()
        self.assertEqual((told.user_id, own.user_id), (self.env.ref("base.user_admin"), self.keeper))

    def test_without_a_responsible_it_is_only_marked_and_told_as_soon_as_there_is_one(self):
        self.store.stock_responsible_id = False
        self.put(3)
        self.assertFalse(self.watch())
        since = self.low.low_since
        self.assertTrue(since)
        self.assertFalse(self.watch())
        self.store.stock_responsible_id = self.keeper
        told = self.watch()
        self.assertEqual((told.user_id, self.low.low_since), (self.keeper, since))
        self.assertIn("3 there or to come, of at least 5", told.summary)
        self.assertEqual(self.watch(), told, "once")
        told.action_done()
        self.assertFalse(self.watch())

    def test_what_is_done_with_is_not_told_to_the_next_one(self):
        self.watch().action_done()
        self.store.stock_responsible_id = False
        self.watch()
        self.store.stock_responsible_id = self.env.ref("base.user_admin")
        self.assertFalse(self.watch())

    def test_an_archived_rule_is_not_low(self):
        self.watch()
        self.low.active = False
        self.watch()
        self.assertFalse(self.low.low_since)

    def test_its_questions_do_not_become_more_with_products(self):
        def questions():
            rules, before = self.env["stock.warehouse.orderpoint"], self.cr.sql_log_count
            self.store._watch_stock()
            rules.invalidate_cache()
            return self.cr.sql_log_count - before

        self.watch()
        few = questions()
        for number in range(10):
            self.rule(5, 9, product=self.product(f"Vase {number}"))
        self.watch()
        self.assertEqual(questions(), few)

    def test_the_job_looks_at_every_warehouse(self):
        looked = []
        self.registry.enter_test_mode(self.cr)
        self.addCleanup(self.registry.leave_test_mode)
        with patch.object(type(self.store), "_watch_stock", lambda warehouse: looked.append(warehouse.id)):
            self.env["stock.warehouse"]._cron_low_stock()
        self.assertLessEqual({self.store.id, self.central.id}, set(looked))


@tagged("post_install", "-at_install")
class TestReasons(PolicyCase):
    def test_no_vendor(self):
        vase = self.product("Vase")
        buy = self.env.ref("purchase_stock.route_warehouse0_buy")
        rule = self.rule(1, 2, self.central, vase, route_id=buy.id)
        self.assertIn("no vendor", rule.blocked_reason)
        price = self.env["product.supplierinfo"].create(
            {"name": self.vendor.id, "product_tmpl_id": vase.product_tmpl_id.id}
        )
        rule.invalidate_cache()
        self.assertFalse(rule.blocked_reason)
        price.date_end = "2020-01-01"
        rule.invalidate_cache()
        self.assertIn("no vendor", rule.blocked_reason)

    def test_who_is_supplied_centrally_needs_none(self):
        rule = self.rule(1, 2, product=self.product("Vase"), route_id=self.store.resupply_route_ids.id)
        self.assertFalse(rule.blocked_reason)

    def test_nothing_supplies_it(self):
        alone = self.env["stock.warehouse"].create({"name": "Alone", "code": "ALO", "buy_to_resupply": False})
        self.assertIn("Choose a route", self.rule(1, 2, alone).blocked_reason)
