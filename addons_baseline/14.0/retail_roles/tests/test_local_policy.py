from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import StoresCase

HEAD_OFFICE = "whoever may write code is head office, and so is the superuser"
COMPANIES = "the record rules of companies close it"
OUTSIDE = {
    "server_action": HEAD_OFFICE,
    "cron": HEAD_OFFICE,
    "pos": "a till sends orders, and no settings",
    "website": "visitors have no access to it",
    "mail_gateway": "no alias makes or changes it",
}


@tagged("post_install", "-at_install")
class TestLocalPolicy(StoresCase, GuardTable):
    guards = (
        Guard(
            name="central_setting_by_a_store",
            model="pos.config",
            values={"restrict_price_control": True},
            record=lambda case: case.till(case.blois),
            create=lambda case: {"name": "New till", "picking_type_id": case.blois.pos_type_id.id},
            user=lambda case: case.manager,
            proper=lambda case, record: record.write({"restrict_price_control": True}),
            ways={
                "button": "no button of a till changes its settings",
                "server_action": HEAD_OFFICE,
                "cron": HEAD_OFFICE,
                "pos": "a till reads its settings, and never sends them",
                "website": "visitors have no access to tills",
                "mail_gateway": "no alias makes tills",
            },
            refused_anyway={"other_company": COMPANIES},
        ),
        Guard(
            name="region_of_a_warehouse",
            model="stock.warehouse",
            values=lambda case: {"retail_region_id": case.region.id},
            record=lambda case: case.dc,
            user=lambda case: case.supervisor,
            proper=lambda case, record: record.write({"retail_region_id": case.region.id}),
            ways={
                **OUTSIDE,
                "create": "a warehouse that is made is nobody's yet, so a store's person makes none",
                "button": "a warehouse has no buttons",
                "multi_record": "a supervisor of two warehouses: each is looked at",
            },
            refused_anyway={"other_company": COMPANIES, "archived": "core archives no warehouse that holds stock"},
        ),
    )

    def setUp(self):
        super().setUp()
        self.till_here = self.till(self.blois).with_user(self.manager)
        (self.blois | self.tours).retail_region_id = self.region
        self.anew()

    def decide(self, name, level):
        policy = self.env.ref(f"retail_roles.policy_pos_config_{name}")
        policy.decided_by = level

    def test_a_store_decides_what_is_left_to_it(self):
        self.till_here.write({"receipt_header": "Open on Sundays"})
        with self.assertRaisesRegex(UserError, "Default Pricelist is decided by head office"):
            self.till_here.write({"pricelist_id": self.env["product.pricelist"].create({"name": "Own"}).id})

    def test_relations_are_compared_too(self):
        own = self.till_here.payment_method_ids
        self.till_here.write({"payment_method_ids": [(6, 0, own.ids)]})
        for commands in ([(5, 0, 0)], [(3, own[:1].id)]):
            with self.assertRaisesRegex(UserError, "Payment Methods is decided by head office"):
                self.till_here.write({"payment_method_ids": commands})

    def test_a_region_decides_what_is_left_to_regions(self):
        self.decide("receipt_header", "region")
        with self.assertRaisesRegex(UserError, "Ask your region's manager"):
            self.till_here.write({"receipt_header": "x"})
        regional = self.person("regional", "store_manager")
        self.region.manager_ids = regional
        self.anew()
        self.till_here.with_user(regional).write({"receipt_header": "x"})
        self.assertEqual(self.till_here.receipt_header, "x")
        with self.assertRaisesRegex(UserError, "head office"):
            self.till_here.with_user(regional).write({"restrict_price_control": True})
        self.blois.retail_region_id = False
        self.anew()
        with self.assertRaises(AccessError):
            self.till_here.with_user(regional).write({"receipt_header": "y"})

    def test_what_is_not_in_the_list_is_left_to_whoever_may_write(self):
        self.env.ref("retail_roles.policy_pos_config_restrict_price_control").unlink()
        self.till_here.write({"restrict_price_control": True})
        self.assertTrue(self.till_here.restrict_price_control)

    def test_a_minimum_is_the_stores_and_its_route_is_not(self):
        point = self.env["stock.warehouse.orderpoint"].create(
            {"product_id": self.lamp.id, "warehouse_id": self.blois.id, "location_id": self.blois.lot_stock_id.id}
        )
        self.anew()
        point = point.with_user(self.manager)
        point.write({"product_min_qty": 2.0, "product_max_qty": 4.0})
        with self.assertRaises(UserError):
            point.write({"route_id": self.blois.resupply_route_ids[:1].id})

    def test_a_supervisor_does_not_move_the_warehouse_to_another_region(self):
        dc = self.dc.with_user(self.supervisor)
        with self.assertRaises(UserError):
            dc.write({"retail_region_id": self.region.id})
        with self.assertRaises(UserError):
            dc.write({"retail_user_ids": [(4, self.buyer.id)]})
        with self.assertRaises(AccessError):
            self.tours.with_user(self.supervisor).write({"name": "Mine"})

    def test_what_stores_share_is_changed_by_head_office(self):
        pricelist = self.env["product.pricelist"].create({"name": "Prices"})
        for record in (pricelist, self.till_here.payment_method_ids[:1], self.lamp.categ_id):
            with self.assertRaisesRegex(AccessError, "head office keeps this for all stores"):
                record.with_user(self.manager).write({"name": "Ours"})
        pos_manager = new_test_user(self.env, "t-head", groups="point_of_sale.group_pos_manager")
        pricelist.with_user(pos_manager).write({"name": "Ours"})

    def test_only_central_policy_says_who_decides(self):
        policy = self.env.ref("retail_roles.policy_pos_config_pricelist_id")
        for user in (self.manager, self.env.ref("base.user_admin")):
            with self.assertRaises(AccessError):
                policy.with_user(user).write({"decided_by": "store"})
        central = new_test_user(self.env, "t-central", groups="base.group_user,retail_base.group_policy")
        policy.with_user(central).write({"decided_by": "store"})
        self.till_here.write({"pricelist_id": self.env["product.pricelist"].create({"name": "Own"}).id})

    def test_only_settings_that_somebody_asks_for_can_be_listed(self):
        policies = self.env["retail.local.policy"]
        for field in ("base.field_res_partner__name", "point_of_sale.field_pos_config__session_ids"):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                policies.create({"field_id": self.env.ref(field).id})
