from odoo.addons.retail_base.guard import passing
from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.addons.retail_price_governance.tests.common import PriceCase
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged


@tagged("post_install", "-at_install")
class TestFirstPrice(PriceCase, GuardTable):
    guards = (
        Guard(
            name="what_it_is_compared_with",
            model="product.template",
            values={"price_when_approved": 70.0},
            record=lambda case: case.approved(),
            create=lambda case: {"name": "Bulb", "categ_id": case.category.id},
            user=lambda case: case.editor,
            # The process itself, which keeps the price that the product has.
            proper=lambda case, record: passing(record).write({"price_when_approved": 70.0}),
            buttons=("action_take_out_of_sale",),
            ways={
                "pos": "a till sends orders, never products",
                "website": "the web shop reads products, and its editor shows no such field",
                "mail_gateway": "no alias makes or changes products",
            },
        ),
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What else a product needs is another addon's.
        cls.env["retail.product.standard"].search([]).write({"active": False})
        cls.approver = new_test_user(cls.env, "an_approver", groups="base.group_user")
        cls.approver.groups_id += cls.env.ref("retail_product_governance.group_product_approver")

    def draft(self, price=100.0, cost=50.0, **values):
        product = (
            self.env["product.template"]
            .with_user(self.editor)
            .create(
                {"name": "Lamp", "categ_id": self.category.id, "list_price": price, "taxes_id": False, **values}
            )
        )
        product.standard_price = cost
        self.age(product)
        return product

    def approved(self, **values):
        product = self.draft(**values)
        product.action_approval_submit()
        product.with_user(self.approver).action_approval_approve()
        return product

    def test_until_it_is_approved_the_price_is_free(self):
        product = self.draft()
        product.write({"list_price": 120, "standard_price": 60})
        self.assertEqual((product.list_price, product.standard_price), (120, 60))
        product.action_approval_submit()
        product.with_user(self.approver).action_approval_approve()
        for values in ({"list_price": 121}, {"standard_price": 61}):
            with self.assertRaisesRegex(UserError, "approved price change"):
                product.write(values)

    def test_the_price_is_approved_with_it(self):
        product = self.draft()
        product.action_approval_submit()
        product.list_price = 500
        with self.assertRaisesRegex(UserError, "changed after it was submitted"):
            product.with_user(self.approver).action_approval_approve()

    def test_below_cost_finance_and_the_price_manager_decide_as_well(self):
        product = self.draft(price=40)
        product.action_approval_submit()
        product.with_user(self.approver).action_approval_approve()
        product.with_user(self.manager).action_approval_approve()
        self.assertEqual(product.approval_state, "pending")
        product.with_user(self.finance).action_approval_approve()
        self.assertEqual(product.approval_state, "approved")

    def test_out_of_sale_and_back_is_no_way_around(self):
        product = self.approved()
        product.action_take_out_of_sale()
        product.list_price = 70
        product.action_approval_submit()
        groups = product.approval_request_ids.sorted("id")[-1].step_ids.group_id
        self.assertIn(self.env.ref("retail_price_governance.group_price_manager"), groups)

    def test_a_price_change_is_for_what_is_approved(self):
        with self.assertRaisesRegex(UserError, "not approved yet"):
            self.submit(self.change((self.draft(), 101)))

    def test_an_approved_product_changes_by_a_price_change(self):
        product = self.approved()
        self.approve(self.change((product, 150)))
        self.assertEqual((product.list_price, product.approval_state), (150, "approved"))
