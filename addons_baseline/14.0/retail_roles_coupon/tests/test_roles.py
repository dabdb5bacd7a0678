from odoo.exceptions import AccessError
from odoo.tests import SavepointCase, tagged

PROGRAM = {
    "name": "Half price",
    "program_type": "promotion_program",
    "promo_code_usage": "no_code_needed",
    "discount_percentage": 50,
}


@tagged("post_install", "-at_install")
class TestRoles(SavepointCase):
    def person(self, role):
        line = {"role_id": self.env.ref(role).id}
        return self.env["res.users"].create({"name": role, "login": role, "role_line_ids": [(0, 0, line)]})

    def test_who_runs_the_web_shop_makes_promotions(self):
        for role in ("retail_roles.role_ecommerce", "retail_roles_coupon.role_promotion_editor"):
            program = self.env["coupon.program"].with_user(self.person(role)).create(PROGRAM)
            program.discount_percentage = 40
            self.assertEqual(program.discount_percentage, 40)

    def test_no_other_role_does(self):
        for role in ("store_manager", "warehouse_supervisor", "buyer", "finance_controller", "customer_service"):
            person = self.person(f"retail_roles.role_{role}")
            with self.subTest(role), self.assertRaises(AccessError):
                self.env["coupon.program"].with_user(person).create(PROGRAM)
