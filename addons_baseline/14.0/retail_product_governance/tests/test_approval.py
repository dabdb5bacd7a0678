from odoo.addons.retail_base import guard
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..hooks import approve_what_is_there
from .common import ProductCase


@tagged("post_install", "-at_install")
class TestApproval(ProductCase):
    def test_a_new_product_is_nowhere_until_somebody_else_agrees(self):
        product = self.draft()
        self.assertEqual((product.approval_state, product.sale_ok, product.purchase_ok), ("draft", False, False))
        product.action_approval_submit()
        self.assertFalse(product.sale_ok)
        with self.assertRaises(AccessError):
            product.action_approval_approve()
        product.with_user(self.approver).action_approval_approve()
        self.assertEqual((product.approval_state, product.sale_ok, product.purchase_ok), ("approved", True, True))
        request = product.approval_request_ids
        self.assertEqual((request.requester_id, request.step_ids.user_id), (self.steward, self.approver))

    def test_it_goes_only_where_it_was_asked_for(self):
        product = self.approved(purchase_ok=False)
        self.assertEqual((product.sale_ok, product.purchase_ok), (True, False))
        with self.assertRaisesRegex(UserError, "not approved for this: To be bought"):
            product.purchase_ok = True

    def test_a_new_product_in_the_form(self):
        form = Form(self.env["product.template"].with_user(self.steward))
        form.name = "Lamp"
        form.categ_id = self.category
        form.allow_purchase = False
        product = form.save()
        self.assertEqual((product.approval_state, product.sale_ok, product.purchase_ok), ("draft", False, False))
        self.assertEqual((product.allow_sale, product.allow_purchase), (True, False))
        self.assertIn("Enter the barcode", product.missing_standards)

    def test_an_approved_product_in_the_form(self):
        product = self.approved()
        with Form(product.with_user(self.steward)) as form:
            form.name = "Lamp 2"
            form.type = "service"
        self.assertEqual((product.name, product.type, product.sale_ok), ("Lamp 2", "consu", True))
        self.assertEqual(product.open_change_id.line_ids.mapped("name"), ["type"])

    def test_who_steward_and_approver_both_is_does_not_approve_its_own(self):
        self.steward.groups_id += self.env.ref("retail_product_governance.group_product_approver")
        product = self.draft()
        product.action_approval_submit()
        with self.assertRaisesRegex(AccessError, "second person"):
            product.action_approval_approve()

    def test_nor_does_who_made_it_and_let_somebody_else_submit_it(self):
        submitter = self.steward.copy({"login": "another_steward"})
        self.steward.groups_id += self.env.ref("retail_product_governance.group_product_approver")
        product = self.draft()
        product.with_user(submitter).action_approval_submit()
        self.assertFalse(product.approval_can_decide)
        with self.assertRaisesRegex(AccessError, "second person"):
            product.action_approval_approve()
        product.with_user(self.approver).action_approval_approve()
        self.assertTrue(product.sale_ok)

    def test_what_a_program_made_is_approved_like_any_other(self):
        product = self.env["product.template"].create(self.values())
        self.assertEqual(product.create_uid, self.env.ref("base.user_root"))
        self.approve(product)
        self.assertTrue(product.sale_ok)

    def test_who_made_what_was_there_before_does_not_bring_it_back_alone(self):
        self.steward.groups_id += self.env.ref("retail_product_governance.group_product_approver")
        product = self.draft()
        approve_what_is_there(self.cr, self.registry)
        product.action_take_out_of_sale()
        product.with_user(self.policy).action_approval_submit()
        with self.assertRaisesRegex(AccessError, "second person"):
            product.action_approval_approve()
        product.with_user(self.approver).action_approval_approve()
        self.assertEqual(product.approval_state, "approved")

    def test_the_category_says_who_approves(self):
        group = self.env["res.groups"].create({"name": "Lamp people"})
        self.category.with_user(self.policy).sudo().approver_group_id = group
        below = self.new_category("Reading lamps", parent_id=self.category.id)
        product = self.draft(categ_id=below.id)
        product.action_approval_submit()
        with self.assertRaisesRegex(AccessError, "Ask somebody of: Lamp people"):
            product.with_user(self.approver).action_approval_approve()
        self.approver.groups_id += group
        product.with_user(self.approver).action_approval_approve()
        self.assertTrue(product.sale_ok)

    def test_a_rejected_product_stays_out(self):
        product = self.draft()
        product.action_approval_submit()
        wizard = product.with_user(self.approver).action_approval_ask_why_not()
        wizards = self.env[wizard["res_model"]].with_user(self.approver).with_context(**wizard["context"])
        wizards.create({"note": "Wrong pack"}).action_reject()
        self.assertEqual((product.approval_state, product.sale_ok), ("rejected", False))

    def test_what_was_edited_after_submitting_is_submitted_again(self):
        product = self.draft()
        product.action_approval_submit()
        product.taxes_id = self.new_tax("sale", 0)
        with self.assertRaisesRegex(UserError, "changed after it was submitted"):
            product.with_user(self.approver).action_approval_approve()

    def test_taken_out_of_sale_at_once_and_back_by_approval(self):
        product = self.approved()
        product.with_user(self.steward).action_take_out_of_sale()
        self.assertEqual((product.approval_state, product.sale_ok, product.purchase_ok), ("draft", False, False))
        self.assertTrue(product.approval_ended_at)
        self.approve(product)
        self.assertTrue(product.sale_ok)
        with self.assertRaises(AccessError):
            product.with_user(self.approver).action_take_out_of_sale()

    def test_off_and_on_again_needs_nobody(self):
        product = self.approved()
        product.sale_ok = False
        product.sale_ok = True
        self.assertTrue(product.sale_ok)

    def test_it_says_when_it_left_sale_with_its_approval_kept(self):
        for no in (False, 0):
            product = self.approved()
            self.assertFalse(product.approval_ended_at)
            product.allow_sale = no
            self.assertEqual((product.approval_state, product.sale_ok), ("approved", False))
            self.assertTrue(product.approval_ended_at)

    def test_a_copy_begins_anew(self):
        twin = self.approved().copy()
        self.assertEqual((twin.approval_state, twin.sale_ok, twin.allow_sale), ("draft", False, True))

    def test_a_variant_made_by_itself_brings_a_product_that_is_not_approved(self):
        variant = self.env["product.product"].with_user(self.steward).create({"name": "Bulb"})
        self.assertEqual((variant.product_tmpl_id.approval_state, variant.sale_ok), ("draft", False))

    def test_what_was_there_before_goes_on(self):
        product = self.draft()
        guard.passing(product).write({"sale_ok": True})
        approve_what_is_there(self.cr, self.registry)
        self.assertEqual((product.approval_state, product.sale_ok, product.allow_sale), ("approved", True, True))
        self.assertFalse(product.approval_request_ids)
        self.assertTrue(self.changed(product, taxes_id=[(6, 0, self.new_tax("sale", 7).ids)]))

    def test_what_a_module_brings_is_approved(self):
        values = {"name": "Tip", "type": "service", "sale_ok": False}
        for model in ("product.product", "product.template"):
            tip = guard.passing(self.env[model]).create(values)
            self.assertEqual((tip.approval_state, tip.sale_ok, tip.allow_sale), ("approved", False, True))

    def test_what_is_asked_for_may_be_said_either_way(self):
        for model in ("product.product", "product.template"):
            for values, asked in (
                ({}, (True, True)),
                ({"sale_ok": False}, (False, True)),
                ({"allow_sale": False}, (False, True)),
                ({"purchase_ok": False, "sale_ok": True}, (True, False)),
            ):
                product = self.env[model].with_user(self.steward).create({"name": "Bulb", **values})
                self.assertEqual((product.allow_sale, product.allow_purchase), asked, f"{model} {values}")
                self.assertEqual((product.sale_ok, product.purchase_ok), (False, False))
