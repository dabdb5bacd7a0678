from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ProductCase


@tagged("post_install", "-at_install")
class TestExemption(ProductCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.house = cls.env.ref("retail_product_governance.category_house")

    def test_central_policy_puts_products_where_none_needs_approval(self):
        fee = (
            self.env["product.template"].with_user(self.policy).create({"name": "Fee", "categ_id": self.house.id})
        )
        self.assertEqual((fee.approval_needed, fee.sale_ok), (False, True))
        self.house.with_user(self.policy).approval_exempt = False
        self.assertEqual((fee.approval_needed, fee.approval_state, fee.sale_ok), (True, "approved", True))

    def test_nobody_else_does(self):
        below = self.new_category("Fees", parent_id=self.house.id)
        for category in (self.house, below):
            with self.assertRaisesRegex(AccessError, "Central policy"):
                self.draft(categ_id=category.id)
            with self.assertRaisesRegex(AccessError, "Central policy"):
                self.draft().categ_id = category

    def test_nobody_else_exempts_a_category(self):
        category = self.category.with_user(self.steward)
        for values in ({"approval_exempt": True}, {"parent_id": self.house.id}, {"approver_group_id": 1}):
            with self.assertRaisesRegex(AccessError, "Central policy"), self.cr.savepoint():
                category.write(values)
            with self.assertRaises(AccessError), self.cr.savepoint():
                category.sudo().write(values)
        with self.assertRaises(AccessError), self.cr.savepoint():
            category.create({"name": "Mine", "approval_exempt": True})

    def test_below_an_exempt_category_none_is_needed(self):
        below = self.new_category("Lamps, old", parent_id=self.category.id)
        self.category.with_user(self.policy).approval_exempt = True
        self.assertFalse(below.approval_needed)
        self.category.with_user(self.policy).approval_exempt = False
        self.assertTrue(below.approval_needed)

    def test_out_of_it_a_product_waits_for_approval(self):
        fee = (
            self.env["product.template"].with_user(self.policy).create({"name": "Fee", "categ_id": self.house.id})
        )
        fee.with_user(self.steward).write({"categ_id": self.category.id})
        self.assertEqual((fee.approval_state, fee.sale_ok, fee.allow_sale), ("draft", False, True))

    def test_an_approved_product_goes_there_by_approval(self):
        product = self.approved()
        change = self.changed(product, categ_id=self.house.id)
        self.assertEqual(product.categ_id, self.category)
        self.assertEqual(change.approval_state, "pending")
