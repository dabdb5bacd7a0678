from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import NetworkCase


@tagged("post_install", "-at_install")
class TestHeadOffice(NetworkCase):
    """People who work for no store, and duties beside a role, which other addons have."""

    def setUp(self):
        super().setUp()
        self.approves = self.duty("t_product", "T approves", "base.group_user")
        self.central = self.duty("t_central", "T central")
        self.spec["headOffice"] = [
            {"login": "t-buyer", "name": "Berta", "roles": ["buyer"]},
            {"login": "t-head", "duties": ["t_product", "t_central"]},
            {"login": "t-blois@shop.example", "duties": ["t_central"]},
        ]

    def duty(self, name, label, *groups):
        """A role as the glue to another addon brings it."""
        implied = [(4, self.env.ref(group).id) for group in groups]
        role = self.env["res.users.role"].create({"name": label, "implied_ids": implied})
        data = {"module": "retail_t", "name": f"role_{name}", "model": role._name, "res_id": role.id}
        self.env["ir.model.data"].create(data)
        return role

    def user(self, login):
        return self.env["res.users"].search([("login", "=", login)])

    def test_people_have_roles_and_duties_and_only_the_stores_that_name_them(self):
        self.blois["people"][0]["duties"] = ["t_product"]
        self.spec["regions"][0]["managers"].append("t-head")
        self.network.apply(self.spec)
        found = {}
        for login in ("t-buyer", "t-head", "t-blois@shop.example"):
            user = self.user(login)
            self.assertTrue(user.has_group("base.group_user"))
            found[login] = (user.name, user.retail_warehouse_ids.mapped("code"), set(user.role_ids.mapped("name")))
        self.assertEqual(
            found,
            {
                "t-buyer": ("Berta", [], {"Buyer"}),
                "t-head": ("t-head", [], {"T approves", "T central"}),
                "t-blois@shop.example": ("Benoît", ["TBL"], {"Store manager", "T approves", "T central"}),
            },
        )
        self.assertFalse(self.user("t-head").retail_bound)
        again = self.network.apply(self.spec)
        self.assertEqual([line for line in again if line["action"] != "leave"], [])

    def test_a_duty_comes_to_who_is_there_and_is_not_taken_away(self):
        self.network.apply(self.spec)
        buyer = self.user("t-buyer")
        self.spec["headOffice"] = [{"login": "t-buyer", "duties": ["t_central"]}]
        report = self.network.apply(self.spec)
        self.assertEqual(self.done(report, "change"), [("res.users", "Berta")])
        self.assertEqual(set(buyer.role_ids.mapped("name")), {"Buyer", "T central"})
        self.assertEqual(self.user("t-head").role_ids, self.approves | self.central)

    def test_groups_that_a_first_role_takes_away_are_named_before(self):
        clerk = new_test_user(self.env, "t-clerk", groups="base.group_user,stock.group_stock_manager")
        manager, follower = self.env.ref("stock.group_stock_manager"), self.env.ref("stock.group_stock_user")
        self.spec["headOffice"] = [{"login": "t-clerk", "duties": ["t_product"]}]
        planned = self.network.apply(self.spec, dry_run=True)
        self.assertIn(manager, clerk.groups_id)
        [(model, told)] = [line for line in self.done(planned, "change") if line[0] == "res.users"]
        self.assertTrue(told.startswith(f"{clerk.name}, who loses "), told)
        self.assertIn(manager.full_name, told)
        self.assertNotIn(follower.full_name, told)
        report = self.network.apply(self.spec)
        self.assertIn((model, told), self.done(report, "change"))
        self.assertNotIn(manager, clerk.groups_id)
        self.spec["headOffice"][0]["duties"].append("t_central")
        report = self.network.apply(self.spec)
        self.assertIn((model, clerk.name), self.done(report, "change"))

    def test_duties_kept_apart_are_refused_and_nothing_stays(self):
        self.env["retail.duty.conflict"].create(
            {
                "name": "They could agree with themselves.",
                "group_id": self.env.ref("retail_roles.group_buyer").id,
                "other_group_id": self.approves.group_id.id,
            }
        )
        self.spec["headOffice"][0]["duties"] = ["t_product"]
        with self.assertRaisesRegex(UserError, "Berta cannot have both .*They could agree with themselves."):
            self.network.apply(self.spec)
        self.assertFalse(self.warehouse("TDC"))

    def test_everything_wrong_is_told_and_nothing_done(self):
        self.spec["headOffice"] += [
            {"login": "t-king", "roles": ["king"]},
            {"login": "t-manager", "roles": ["store_manager"]},
            {"login": "t-wrong", "duties": ["t_nothing"]},
            {"roles": ["buyer"]},
        ]
        self.blois["people"][0]["duties"] = ["store_manager"]
        with self.assertRaises(UserError) as caught:
            self.network.apply(self.spec)
        told = str(caught.exception)
        for part in (
            "t-king: at head office choose buyer",
            "t-manager: at head office choose buyer",
            "t-wrong: there is no duty t_nothing here. Choose from: ",
            "t_central, t_product",
            "t-blois@shop.example: there is no duty store_manager here",
            "Somebody at head office has no login",
        ):
            self.assertIn(part, told)
        self.assertFalse(self.warehouse("TDC"))

    def test_a_duty_that_lets_nobody_log_in_needs_a_role(self):
        self.spec["headOffice"].append({"login": "t-alone", "duties": ["t_central"]})
        with self.assertRaisesRegex(UserError, "t-alone: give a role as well"):
            self.network.apply(self.spec)
        self.spec["headOffice"][-1]["roles"] = ["customer_service"]
        self.network.apply(self.spec)
        self.assertTrue(self.user("t-alone").has_group("base.group_user"))

    def test_the_administrator_keeps_what_a_role_would_take_away(self):
        admin = self.env.ref("base.user_admin")
        self.spec["headOffice"].append({"login": admin.login, "duties": ["t_product"]})
        with self.assertRaisesRegex(UserError, f"{admin.login} has Administration: Settings"):
            self.network.apply(self.spec)
        self.assertTrue(admin.has_group("base.group_system"))
