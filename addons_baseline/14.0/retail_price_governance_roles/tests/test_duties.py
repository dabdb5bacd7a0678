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

    def test_who_decides_for_both_sides_is_reported(self):
        self.user.groups_id -= self.group("editor")
        self.user.groups_id += self.group("manager") | self.group("finance")
        self.env["base"].flush()
        found = self.env["retail.duty.finding"].search([("user_id", "=", self.user.id)])
        self.assertEqual(found.conflict_id, self.env.ref("retail_price_governance_roles.conflict_manager_finance"))
