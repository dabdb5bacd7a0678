from odoo.addons.retail_roles.tests.common import StoresCase
from odoo.exceptions import AccessError
from odoo.tests import tagged

ROLES = ("store_manager", "warehouse_supervisor", "buyer", "finance_controller", "ecommerce", "customer_service")


@tagged("post_install", "-at_install")
class TestWorkplace(StoresCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {role: cls.person(f"at-work-{role}", role, cls.blois) for role in ROLES}
        cls.clerk = cls.env["res.users"].create(
            {"name": "Clerk", "login": "t-clerk", "email": "clerk@shop.example"}
        )

    def test_who_works_on_which_tickets(self):
        ticket = self.env["helpdesk.ticket"].create({"name": "Lamp flickers", "description": "Since yesterday"})
        sees = {role for role in ROLES if ticket.with_user(self.people[role]).search([("id", "=", ticket.id)])}
        self.assertIn("customer_service", sees)
        self.assertTrue(sees.isdisjoint({"buyer", "finance_controller", "warehouse_supervisor"}))
        for role in ROLES:
            entered = self.env["helpdesk.ticket"].with_user(self.people[role]).create(
                {"name": "A customer says", "description": "It flickers"}
            )  # fmt: skip
            entered.name = "A customer says so again"

    def test_everybody_reads_procedures_and_nobody_writes_them(self):
        page = self.env["document.page"].create({"name": "Opening", "content": "Lights first"})
        for role in ROLES:
            read = page.with_user(self.people[role])
            self.assertIn("Lights first", read.content)
            with self.assertRaises(AccessError):
                read.content = "Whatever"

    def test_who_plans_shifts(self):
        plans = {
            role
            for role in ROLES
            if self.env["hr.shift.planning"].with_user(self.people[role]).check_access_rights("create", False)
        }
        self.assertEqual(plans, {"store_manager", "warehouse_supervisor"})

    def test_an_approver_of_time_off_stays_one_with_a_role(self):
        manager = self.people["store_manager"]
        employee = self.env["hr.employee"].create({"name": "Clerk", "user_id": self.clerk.id})
        employee.leave_manager_id = manager
        manager.role_line_ids = [(0, 0, {"role_id": self.env.ref("retail_roles.role_customer_service").id})]
        self.assertTrue(manager.has_group("hr_holidays.group_hr_holidays_responsible"))

    def test_whoever_asks_for_a_repair_sees_it_and_others_do_not(self):
        request = self.env["maintenance.request"].with_user(self.clerk).create({"name": "The drawer is stuck"})
        request.name = "The drawer is stuck again"
        other = self.people["store_manager"]
        self.assertFalse(request.with_user(other).search([("id", "=", request.id)]))
        request.sudo().user_id = other
        self.assertTrue(request.with_user(other).search([("id", "=", request.id)]))
