from odoo.tests import new_test_user, tagged

from .common import TillCase


@tagged("post_install", "-at_install")
class TestTillReason(TillCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cashier = new_test_user(cls.env, "a_cashier", groups="base.group_user,point_of_sale.group_pos_user")

    def why(self, product):
        """As somebody of the shop sees it."""
        product.invalidate_cache()
        return product.with_user(self.cashier).till_reason

    def test_from_draft_to_the_till(self):
        product = self.draft(barcode=False, pos_categ_id=False)
        self.assertIn("not been submitted yet: Enter the barcode", self.why(product))
        product.barcode = "4006381333931"
        self.assertEqual(self.why(product), "It has not been submitted yet: Choose a category of the till.")
        product.pos_categ_id = self.till_category
        self.assertEqual(self.why(product), "It has not been submitted yet. Submit it.")
        product.action_approval_submit()
        self.assertEqual(self.why(product), "It waits for an approval by: Retail / Product approver.")
        product.with_user(self.approver).action_approval_approve()
        self.assertEqual(self.why(product), "")

    def test_rejected(self):
        product = self.draft()
        product.action_approval_submit()
        action = product.with_user(self.approver).action_approval_ask_why_not()
        wizards = self.env[action["res_model"]].with_user(self.approver).with_context(**action["context"])
        wizards.create({"note": "Wrong pack"}).action_reject()
        self.assertEqual(self.why(product), "It was rejected: Wrong pack. Correct it, and submit it again.")

    def test_out_again(self):
        product = self.approved()
        product.available_in_pos = False
        self.assertIn("by hand. Tick Available in POS", self.why(product))
        product.write({"available_in_pos": True, "sale_ok": False})
        self.assertIn("Tick Can be Sold", self.why(product))
        product.with_user(self.steward).action_take_out_of_sale()
        self.assertIn("It was taken out of sale on 20", self.why(product))
        product.active = False
        self.assertIn("It is archived", self.why(product))

    def test_not_asked_for_the_till(self):
        product = self.approved(available_in_pos=False)
        self.assertIn("It is not approved for the till", self.why(product))
        change = self.changed(product, allow_pos=True)
        self.assertEqual(self.why(product), "It waits for an approval by: Retail / Product approver.")
        change.with_user(self.steward).action_approval_withdraw()
        self.assertIn("Its change has not been submitted", self.why(product))
        change.with_user(self.steward).action_approval_submit()
        change.with_user(self.approver).action_approval_approve()
        self.assertEqual(self.why(product), "")

    def test_a_till_that_shows_other_categories(self):
        product = self.approved()
        sofas = self.env["pos.category"].create({"name": "Sofas"})
        self.till.write({"limit_categories": True, "iface_available_categ_ids": [(6, 0, sofas.ids)]})
        self.assertEqual(self.why(product), f"These tills show other categories only: {self.till.display_name}.")

    def test_the_list_has_what_is_missing_and_not_what_needs_no_approval(self):
        missing, there = self.draft(), self.approved()
        action = self.env.ref("retail_product_governance_pos.action_not_in_the_till").with_user(self.cashier)
        domain = action.sudo().read(["domain"])[0]["domain"]
        listed = self.env["product.template"].with_user(self.cashier).search(eval(domain))  # noqa: S307 our own data
        self.assertIn(missing, listed)
        self.assertFalse(listed & there)
        house = self.env.ref("retail_product_governance.category_house")
        self.assertFalse(listed.filtered(lambda each: each.categ_id == house))

    def test_in_the_till_a_product_is_sold(self):
        product = self.draft(sale_ok=False)
        self.assertIn("tick To be sold as well", product.missing_standards)
