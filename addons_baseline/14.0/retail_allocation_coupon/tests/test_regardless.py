from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import PromotionCase


@tagged("post_install", "-at_install")
class TestRegardless(PromotionCase):
    def approved(self, program):
        self.submitted(program).with_user(self.second).action_approval_approve()

    def reject(self, override):
        action = override.with_user(self.second).action_approval_ask_why_not()
        wizard = self.env[action["res_model"]].with_user(self.second).with_context(**action["context"])
        wizard.create({"note": "Wait for Monday"}).action_reject()

    def test_with_a_reason_and_a_second_person(self):
        program = self.program()
        override = self.submitted(program)
        self.assertEqual((override.promotion_name, override.company_id), ("Half price", program.company_id))
        self.assertIn("Web test needs 1", override.with_user(self.second).missing)
        self.assertEqual(self.price(), 20)
        override.with_user(self.second).action_approval_approve()
        self.assertTrue(program.promotion_running)
        self.assertEqual(self.price(), 10)
        self.assertRegex(program.message_ids[0].body, "Printed in the newspaper.*Web test needs 1")

    def test_not_without_saying_why(self):
        with self.assertRaisesRegex(UserError, "Say why"):
            self.asked(self.program(), reason=" ").action_approval_submit()

    def test_neither_who_asked_nor_who_made_it_agrees(self):
        program = self.program()
        other = new_test_user(self.env, "test_other_sales", groups="sales_team.group_sale_manager")
        (self.manager | other).groups_id += self.env.ref("retail_allocation.group_promotion_approver")
        override = self.asked(program).with_user(other)
        override.action_approval_submit()
        for user in (self.manager, other):
            with self.assertRaisesRegex(AccessError, "second person"):
                override.with_user(user).action_approval_approve()
        self.assertFalse(program.promotion_running)

    def test_not_when_nothing_is_missing(self):
        self.stock(5)
        with self.assertRaisesRegex(UserError, "Nothing is missing"):
            self.submitted(self.program())

    def test_not_what_runs(self):
        with self.assertRaisesRegex(UserError, "started already"):
            self.submitted(self.started())

    def test_not_what_is_archived_nor_what_was_meanwhile(self):
        with self.assertRaisesRegex(UserError, "not active"):
            self.submitted(self.program(active=False))
        program = self.program()
        override = self.submitted(program)
        program.toggle_active()
        with self.assertRaisesRegex(UserError, "not active"), self.cr.savepoint():
            override.with_user(self.second).action_approval_approve()
        self.assertEqual(override.approval_state, "pending")

    def test_what_was_changed_meanwhile_is_not_approved(self):
        program = self.program()
        override = self.submitted(program)
        program.discount_specific_product_ids = self.env["product.product"].create(
            {"name": "Vase", "type": "product"}
        )
        with self.assertRaisesRegex(UserError, "was changed"):
            override.with_user(self.second).action_approval_approve()

    def test_what_was_approved_stays_on_record(self):
        program = self.program()
        self.approved(program)
        with self.assertRaisesRegex(UserError, "ask anew"):
            program.promotion_override_ids.with_user(self.manager).reason = "Something else"
        for user in (self.manager, self.second):
            with self.assertRaises(AccessError):
                program.promotion_override_ids.with_user(user).unlink()

    def test_it_counts_once(self):
        program = self.program()
        self.approved(program)
        program.action_promotion_stop()
        with self.assertRaisesRegex(UserError, "not enough stock"):
            program.action_promotion_start()
        self.approved(program)
        self.assertTrue(program.promotion_running)
        self.assertEqual(program.promotion_override_ids.mapped("approval_state"), ["approved"] * 2)

    def test_what_was_rejected_is_asked_again(self):
        program = self.program()
        override = self.submitted(program)
        self.reject(override)
        self.assertFalse(program.promotion_running)
        program.invalidate_cache()
        self.assertEqual(program.action_promotion_start_regardless()["res_id"], override.id)
        override.reason = "It comes on Sunday"
        override.action_approval_submit()
        override.with_user(self.second).action_approval_approve()
        self.assertTrue(program.promotion_running)

    def test_only_of_promotions_and_by_whom_they_are(self):
        overrides = self.env["retail.promotion.override"]
        mine = {"res_model": "coupon.program", "res_id": self.program().id, "reason": "Newspaper"}
        for values in (
            {"res_model": "res.users", "res_id": self.manager.id},
            {"res_model": "retail.promotion.mixin"},
            {"res_model": "no.such.model"},
            {"res_id": 0},
        ):
            with self.subTest(values), self.assertRaisesRegex(ValidationError, "press Start"), self.cr.savepoint():
                overrides.with_user(self.manager).create({**mine, **values})
        with self.assertRaises(AccessError):
            overrides.with_user(self.seller).create(mine)

    def test_nobody_elsewhere_decides(self):
        override = self.asked(self.program())
        with self.assertRaisesRegex(ValidationError, "press Start"):
            override.company_id = self.env["res.company"].create({"name": "Elsewhere"})

    def test_another_company_does_not_see_it(self):
        override = self.submitted(self.program())
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "test_stranger",
            groups="retail_allocation.group_promotion_approver",
            company_id=elsewhere.id,
            company_ids=[(6, 0, elsewhere.ids)],
        )
        with self.assertRaises(AccessError):
            override.with_user(stranger).action_approval_approve()
        self.assertFalse(override.with_user(stranger).search([("id", "=", override.id)]))

    def test_it_goes_with_its_promotion(self):
        program = self.program()
        override = self.submitted(program)
        program.toggle_active()
        # Nobody else may: core lets nobody delete the rule of a program.
        program.sudo().unlink()
        self.assertFalse(override.exists())
        request = self.env["retail.approval.request"].search([("document_name", "=", "Half price")], limit=1)
        self.assertEqual(request.state, "withdrawn")

    def test_the_form_lists_them_with_their_state(self):
        program = self.program()
        self.submitted(program)
        with Form(program.with_user(self.manager), "coupon.coupon_program_view_promo_program_form") as form:
            (row,) = form.promotion_override_ids._records
            self.assertEqual(row["approval_state"], "pending")
