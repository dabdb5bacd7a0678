from odoo.addons.retail_roles.tests.common import StoresCase
from odoo.exceptions import UserError
from odoo.tests import tagged

GIVEN = {
    "store_manager": (
        "retail_returns.group_return_approver",
        "retail_returns.group_return_inspector",
        "retail_exceptions.group_exceptions",
    ),
    "warehouse_supervisor": ("retail_stock_control.group_difference_approver",),
    "buyer": ("retail_exceptions.group_exceptions", "retail_kpi.group_figures"),
    "finance_controller": ("retail_bill_match.group_bill_release", "retail_period_close.group_period_closing"),
    "ecommerce": ("retail_kpi.group_figures",),
    "customer_service": ("retail_exceptions.group_exceptions",),
}
APART = (
    ("buyer", "bill_release"),
    ("finance_controller", "difference_approver"),
    ("finance_controller", "return_approver"),
)
# Beside a role: what no role gives, or gives to some roles only.
BESIDE = {
    "importer": "retail_import.group_importer",
    "import_approver": "retail_import.group_import_approver",
    "promotion_approver": "retail_allocation.group_promotion_approver",
    "integrations": "retail_connector.group_operator",
    "exceptions": "retail_exceptions.group_exceptions",
    "all_stores": "retail_roles.group_all_stores",
}


@tagged("post_install", "-at_install")
class TestDuties(StoresCase):
    def test_a_role_brings_its_approvals_and_takes_them_away(self):
        for role, groups in GIVEN.items():
            with self.subTest(role=role):
                person = self.person(f"some-{role}", role, self.blois)
                self.assertTrue(all(person.has_group(group) for group in groups))
                person.role_line_ids.unlink()
                self.assertFalse(any(person.has_group(group) for group in groups))

    def test_no_role_lets_anybody_approve_products_or_orders(self):
        for role in GIVEN:
            person = self.person(f"any-{role}", role, self.blois)
            self.assertFalse(person.has_group("retail_product_governance.group_product_approver"))
            self.assertFalse(person.has_group("retail_purchase_governance.group_purchase_approver"))

    def test_finance_reads_what_is_open_to_buy(self):
        person = self.person("some-finance", "finance_controller", self.blois)
        budgets = self.env["retail.purchase.budget"].with_user(person)
        budgets.search([]).read(["available"])
        for right in ("write", "create", "unlink"):
            self.assertFalse(budgets.check_access_rights(right, raise_exception=False))

    def duty(self, person, name):
        role = self.env.ref(f"retail_roles_governance.role_{name}")
        person.write({"role_line_ids": [(0, 0, {"role_id": role.id})]})

    def test_a_duty_is_given_beside_a_role(self):
        self.duty(self.buyer, "purchase_approver")
        self.assertTrue(self.buyer.has_group("retail_purchase_governance.group_purchase_approver"))
        self.assertTrue(self.buyer.has_group("retail_roles.group_buyer"))

    def test_every_group_of_ours_can_be_given_to_somebody_with_a_role(self):
        """Groups ticked by hand are taken away from whoever has roles."""
        names = self.env["ir.model.data"].search([("model", "=", "res.groups"), ("module", "=like", "retail_%")])
        ours = self.env["res.groups"].browse(names.mapped("res_id"))
        roles = self.env["res.users.role"].search([]).mapped("group_id")
        self.assertFalse((ours - roles - roles.trans_implied_ids).mapped("full_name"))

    def test_what_somebody_does_beside_a_role_is_given_and_taken_away(self):
        for name, group in BESIDE.items():
            with self.subTest(duty=name):
                person = self.person(f"beside-{name}", "customer_service")
                self.duty(person, name)
                self.assertTrue(person.has_group(group))
                self.assertTrue(person.has_group("retail_roles.group_customer_service"))

    def test_who_runs_and_approves_imports_is_in_the_list(self):
        self.duty(self.buyer, "importer")
        self.duty(self.buyer, "import_approver")
        self.env["base"].flush()
        found = self.env["retail.duty.finding"].search([("user_id", "=", self.buyer.id)])
        self.assertIn(self.env.ref("retail_roles_governance.conflict_imports"), found.mapped("conflict_id"))

    def test_duties_kept_apart_are_refused(self):
        for role, duty in APART:
            with self.subTest(role=role, duty=duty):
                person = self.person(f"one-{role}-{duty}", role)
                with self.assertRaisesRegex(UserError, "cannot have both"), self.cr.savepoint():
                    self.duty(person, duty)

    def test_what_is_only_reported_is_in_the_list(self):
        self.duty(self.buyer, "product_approver")
        self.env["base"].flush()
        found = self.env["retail.duty.finding"].search([("user_id", "=", self.buyer.id)])
        self.assertIn(
            self.env.ref("retail_roles_governance.conflict_products_orders"), found.mapped("conflict_id")
        )
