from odoo.addons.retail_product_governance.tests.common import ProductCase
from odoo.exceptions import AccessError
from odoo.tests import tagged

# What docs/retail.md says that somebody alone ticks, beside Decide alone.
TICKS = (
    "retail_product_governance.group_product_approver",
    "retail_purchase_governance.group_purchase_approver",
    "retail_stock_control.group_difference_approver",
    "retail_returns.group_return_inspector",
    "retail_returns.group_return_approver",
    "retail_import.group_import_approver",
)


@tagged("post_install", "-at_install")
class TestAlone(ProductCase):
    def test_whoever_is_alone_ticks_rights_and_keeps_administration(self):
        admin = self.env.ref("base.user_admin")
        groups = [self.env.ref(name) for name in ("retail_base.group_break_glass", *TICKS)]
        boxes = [f"in_group_{group.id}" for group in groups]
        me = admin.with_user(admin)
        form = me.fields_view_get(self.env.ref("base.view_users_form").id, "form")
        self.assertEqual(set(boxes) - form["fields"].keys(), set())
        me.write(dict.fromkeys(boxes, True))
        self.assertTrue(all(group in admin.groups_id for group in groups))
        self.assertTrue(admin.has_group("base.group_system"))
        product = self.draft().with_user(admin)
        product.action_approval_submit()
        product.action_approval_approve()
        self.assertEqual(product.approval_state, "approved")

    def test_to_decide_alone_is_not_enough(self):
        admin = self.env.ref("base.user_admin")
        admin.groups_id += self.env.ref("retail_base.group_break_glass")
        product = self.draft().with_user(admin)
        product.action_approval_submit()
        with self.assertRaisesRegex(AccessError, "Product approver"):
            product.action_approval_approve()
