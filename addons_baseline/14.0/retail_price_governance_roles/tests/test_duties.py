from odoo.exceptions import UserError
from odoo.tests import SavepointCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestDuties(SavepointCase):
    def setUp(self):
        super().setUp()
        self.user = new_test_user(self.env, "somebody", groups="base.group_user")
        self.user.groups_id += self.group("editor")

    def group(self, name):
        return self.env.ref(f"retail_price_governance.group_price_{name}")

    def test_whoever_proposes_prices_does_not_approve_them(self):
        for group in (self.group("manager"), self.group("finance"), self.env.ref("retail_base.group_policy")):
            with self.assertRaisesRegex(UserError, "cannot have both"):
                self.user.groups_id += group

    def person(self, role):
        return self.env["res.users"].create(
            {"name": role, "login": f"a-{role}", "role_line_ids": [(0, 0, {"role_id": self.role(role).id})]}
        )

    def role(self, name):
        where = "retail_price_governance_roles" if name.startswith("price_") else "retail_roles"
        return self.env.ref(f"{where}.role_{name}")

    def test_buyers_propose_and_finance_looks_at_what_is_below_cost(self):
        buyer, finance = self.person("buyer"), self.person("finance_controller")
        self.assertTrue(buyer.has_group("retail_price_governance.group_price_editor"))
        self.assertTrue(finance.has_group("retail_price_governance.group_price_finance"))
        self.env["retail.price.change"].with_user(buyer).create({"name": "Season"})
        for role in ("store_manager", "warehouse_supervisor", "ecommerce", "customer_service", "buyer"):
            user = buyer if role == "buyer" else self.person(role)
            self.assertFalse(user.has_group("retail_price_governance.group_price_manager"))

    def test_a_duty_is_given_beside_a_role(self):
        somebody = self.person("store_manager")
        somebody.role_line_ids = [(0, 0, {"role_id": self.role("price_manager").id})]
        self.assertTrue(somebody.has_group("retail_price_governance.group_price_manager"))
        with self.assertRaisesRegex(UserError, "cannot have both"):
            somebody.role_line_ids = [(0, 0, {"role_id": self.role("price_editor").id})]

    def test_who_decides_for_both_sides_is_reported(self):
        self.user.groups_id -= self.group("editor")
        self.user.groups_id += self.group("manager") | self.group("finance")
        self.env["base"].flush()
        found = self.env["retail.duty.finding"].search([("user_id", "=", self.user.id)])
        self.assertEqual(found.conflict_id, self.env.ref("retail_price_governance_roles.conflict_manager_finance"))

    def test_whoever_is_alone_has_the_pairs_reported(self):
        """As docs/retail.md says."""
        admin = self.env.ref("base.user_admin")
        admin.groups_id += self.env.ref("retail_base.group_policy")
        pairs = self.env["retail.duty.conflict"].with_user(admin)
        pairs.search([("group_id", "=", self.group("editor").id)]).effect = "report"
        prices = self.group("editor") | self.group("manager") | self.group("finance")
        admin.with_user(admin).write({f"in_group_{group.id}": True for group in prices})
        self.assertTrue(all(group in admin.groups_id for group in prices))
