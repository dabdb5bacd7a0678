from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import SavepointCase, tagged

from .common import ReviewCase


@tagged("post_install", "-at_install")
class TestRules(ReviewCase):
    def test_what_was_there_counts_as_it_is_and_what_comes_is_new(self):
        later = self.new_rule("Order hats")
        self.look()
        self.assertEqual((self.item().changed, self.item(later).changed), (False, True))
        self.assertEqual((self.item().name, self.item().owner_id), ("Order coats", self.olga))

    def test_what_people_change_is_seen_and_what_odoo_writes_is_not(self):
        self.rule.write({"nextcall": "2030-01-01 00:00:00"})
        self.look()
        self.assertFalse(self.item().changed)
        # Of the action behind it.
        self.rule.code = "model.search([])"
        self.look()
        self.assertTrue(self.item().changed)
        self.rule.code = self.rule.default_get(["code"])["code"]
        self.look()
        self.assertFalse(self.item().changed)

    def test_what_is_switched_off_goes_and_comes_back(self):
        item = self.item()
        self.rule.active = False
        self.look()
        self.assertFalse(item.active)
        self.rule.active = True
        self.look()
        self.assertTrue(item.active)
        self.rule.unlink()
        self.look()
        self.assertFalse(item.active)

    def test_reordering_rules_of_a_warehouse_are_one(self):
        warehouses = self.env["stock.warehouse"].create(
            [{"name": "Rue Haute", "code": "HAUTE"}, {"name": "Rue Basse", "code": "BASSE"}]
        )
        product = self.env["product.product"].create({"name": "Coat", "type": "product"})
        points = self.env["stock.warehouse.orderpoint"].create(
            [
                {"product_id": product.id, "warehouse_id": each.id, "location_id": each.lot_stock_id.id}
                for each in warehouses
            ]
        )
        domain = [("warehouse_id", "in", warehouses.ids), ("trigger", "=", "auto")]
        self.kind = self.new_kind("stock.warehouse.orderpoint", domain, group_by="warehouse_id")
        self.look()
        high, low = (self.item(warehouse) for warehouse in warehouses)
        self.assertEqual((high.name, low.name), ("Rue Haute (1)", "Rue Basse (1)"))
        points[0].product_min_qty = 3
        self.look()
        self.assertEqual((high.changed, low.changed), (True, False))
        self.assertEqual(high.action_open()["domain"], [("warehouse_id", "=", warehouses[0].id)])
        points[1].trigger = "manual"
        self.look()
        self.assertFalse(low.active)

    def test_a_rule_may_have_an_owner_of_its_own_and_who_has_left_owns_nothing(self):
        item = self.item()
        item.with_user(self.policy).own_owner_id = self.other
        self.assertEqual(item.owner_id, self.other)
        self.other.active = False
        self.assertEqual(item.owner_id, self.olga)
        self.olga.active = False
        self.assertEqual(item.owner_id, self.env.ref("base.user_admin"))
        with self.assertRaises(AccessError):
            item.with_user(self.other).own_owner_id = self.other

    def test_rules_that_cannot_be_found_are_refused(self):
        for values in (
            {"domain": "[('nonsense', '=', 1)]"},
            {"domain": "["},
            {"group_by": "nonsense"},
            {"group_by": "name"},
            {"group_by": 'user_id" FROM res_users --'},
        ):
            refused = self.assertRaisesRegex(ValidationError, "cannot be found so")
            with self.subTest(values=values), refused, self.cr.savepoint():
                self.kind.write(values)
            self.env.cache.invalidate()

    def test_a_model_that_is_not_installed_may_be_named(self):
        kind = self.new_kind("retail.not.installed", [("active", "=", True)])
        self.look()
        self.assertFalse(kind.item_ids)


@tagged("post_install", "-at_install")
class TestWithoutSetUp(SavepointCase):
    def test_all_rules_of_this_shop_are_found(self):
        self.env["retail.review"]._cron_review()
        items = self.env["retail.review.item"].search([])
        crons = items.filtered(lambda item: item.kind_id.model == "ir.cron")
        self.assertEqual(set(crons.mapped("res_id")), set(self.env["ir.cron"].search([]).ids))
        self.assertFalse(items.filtered("changed"))
        self.assertFalse(self.env["retail.review"].search([("ended_at", "=", False)]))
        installed = self.env["retail.review.kind"].search([]).filtered(lambda kind: kind.model in self.env)
        self.assertTrue(all(installed.mapped("found_at")))
        # What Odoo does to them by itself is no change.
        self.env["ir.cron"].search([], limit=1).nextcall = "2030-01-01 00:00:00"
        self.env["retail.review"]._cron_review()
        self.assertFalse(items.filtered("changed"))

    def test_what_is_reviewed_as_one_is_not_switched_off_from_here(self):
        kind = self.env.ref("retail_review.kind_stock_warehouse_orderpoint")
        item = kind.item_ids.new({"kind_id": kind.id, "res_id": 1, "name": "Main"})
        with self.assertRaisesRegex(UserError, "cannot be switched off from here"):
            item._switch_off()
