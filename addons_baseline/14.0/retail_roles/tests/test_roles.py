from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import StoresCase


@tagged("post_install", "-at_install")
class TestRoles(StoresCase):
    def test_a_role_gives_what_the_work_needs_and_no_more(self):
        given = {
            "store_manager": {"stock.group_stock_user", "point_of_sale.group_pos_manager"},
            "warehouse_supervisor": {"stock.group_stock_manager"},
            "buyer": {"purchase.group_purchase_user", "stock.group_stock_user"},
            "finance_controller": {"account.group_account_manager", "account.group_account_user"},
            "ecommerce": {"sales_team.group_sale_salesman_all_leads"},
            "customer_service": {"sales_team.group_sale_salesman_all_leads"},
        }
        watched = set().union(*given.values()) | {
            "purchase.group_purchase_manager",
            "sales_team.group_sale_manager",
            "base.group_system",
            "retail_base.group_policy",
            "retail_base.group_break_glass",
        }
        implied = {"stock.group_stock_manager": {"stock.group_stock_user"}}
        for role, groups in given.items():
            user = self.person(f"has-{role}", role)
            expected = groups.union(*(implied.get(group, set()) for group in groups))
            self.assertEqual({group for group in watched if user.has_group(group)}, expected, role)

    def test_who_works_for_own_stores_only(self):
        bound = {
            role: self.person(f"is-{role}", role).retail_bound
            for role in ("store_manager", "warehouse_supervisor", "ecommerce")
        }
        free = {
            role: self.person(f"is-{role}", role).retail_bound
            for role in ("buyer", "finance_controller", "customer_service")
        }
        self.assertEqual((set(bound.values()), set(free.values())), ({True}, {False}))
        for xmlid in ("base.user_root", "base.user_admin", "base.public_user"):
            self.assertFalse(self.env.ref(xmlid).retail_bound)

    def test_a_buyer_enters_products_with_their_vendors(self):
        vendor = self.env["res.partner"].create({"name": "Nordlicht"})
        product = self.env["product.template"].with_user(self.buyer).create(
            {"name": "Shade", "type": "product", "seller_ids": [(0, 0, {"name": vendor.id, "price": 9.0})]}
        )  # fmt: skip
        product.write({"list_price": 30.0, "seller_ids": [(1, product.seller_ids.id, {"price": 8.0})]})
        self.assertEqual(product.seller_ids.price, 8)
        product.seller_ids.unlink()
        with self.assertRaises(AccessError):
            product.unlink()
        with self.assertRaises(AccessError):
            self.env["product.template"].with_user(self.person("clerk", "customer_service")).create(
                {"name": "Shade"}
            )

    def test_a_role_that_ends_takes_its_rights_away(self):
        self.manager.role_line_ids.unlink()
        self.anew()
        self.assertFalse(self.manager.has_group("stock.group_stock_user"))
        self.assertFalse(self.manager.has_group("point_of_sale.group_pos_user"))
        self.assertFalse(self.manager.retail_bound)

    def test_two_roles_stay_within_own_stores_until_all_are_given(self):
        service = self.env.ref("retail_roles.role_customer_service")
        self.manager.role_line_ids = [(0, 0, {"role_id": service.id})]
        self.assertTrue(self.manager.retail_bound)
        everywhere = self.env.ref("retail_roles.group_all_stores")
        role = self.env["res.users.role"].create({"name": "Area", "implied_ids": [(4, everywhere.id)]})
        self.manager.role_line_ids = [(0, 0, {"role_id": role.id})]
        self.anew()
        self.assertFalse(self.manager.retail_bound)
        transfer = self.transfer(self.tours.int_type_id, self.tours.lot_stock_id, self.tours.lot_stock_id)
        self.assertTrue(self.env["stock.picking"].with_user(self.manager).search([("id", "=", transfer.id)]))

    def test_region_managers_work_for_all_its_stores(self):
        (self.blois | self.tours).retail_region_id = self.region
        self.assertEqual(self.manager._retail_places().warehouses, self.blois.ids)
        self.region.manager_ids = self.manager
        self.anew()
        self.assertEqual(set(self.manager._retail_places().warehouses), set((self.blois | self.tours).ids))
