from odoo.addons.retail_base.tests.taken_over import noted
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..hooks import take_over
from .common import PriceCase


@tagged("post_install", "-at_install")
class TestPromotions(PriceCase):
    def program(self, **values):
        programs = self.env["coupon.program"].with_user(self.editor)
        return programs.create(
            {
                "name": "Autumn",
                "program_type": "promotion_program",
                "promo_code_usage": "no_code_needed",
                "discount_percentage": 20,
                **values,
            }
        )

    def test_a_new_one_does_not_run(self):
        self.assertEqual((self.program().active, self.program(active=True).active), (False, False))

    def test_with_the_approval_it_runs(self):
        program = self.approve(self.program())
        self.assertEqual((program.active, program.approval_state), (True, "approved"))
        self.assertTrue(program.discount_line_product_id.active)

    def test_whoever_decides_opens_its_form(self):
        program = self.submit(self.program())
        for form in ("coupon_program_view_promo_program_form", "coupon_program_view_coupon_program_form"):
            seen = Form(program.with_user(self.manager), f"coupon.{form}")
            self.assertEqual((seen.approval_state, seen.coupon_count, seen.order_count), ("pending", 0, 0))

    def test_whoever_made_it_does_not_approve_it(self):
        self.manager.groups_id += self.env.ref("sales_team.group_sale_manager")
        program = self.program()
        with self.assertRaisesRegex(AccessError, "Ask somebody"):
            self.submit(program).action_approval_approve()

    def test_it_runs_as_it_was_approved(self):
        program = self.approve(self.program()).with_user(self.editor)
        for attempt in (
            lambda: program.write({"discount_percentage": 90}),
            lambda: program.write({"rule_minimum_amount": 1}),
            lambda: program.write({"promo_code_usage": "code_needed", "promo_code": "FREE"}),
            lambda: program.write(
                {"discount_specific_product_ids": [(6, 0, self.product().product_variant_id.ids)]}
            ),
            lambda: program.reward_id.write({"discount_percentage": 90}),
            lambda: program.reward_id.write({"reward_type": "product"}),
            lambda: program.rule_id.write({"rule_products_domain": "[]"}),
            lambda: program.write({"reward_id": self.program().reward_id.id}),
        ):
            with self.assertRaisesRegex(UserError, "approved as it is"):
                attempt()
        program.write({"name": "Fall", "discount_percentage": 20, "sequence": 3})

    def test_what_waits_for_approval_stands_still(self):
        program = self.submit(self.program())
        with self.assertRaisesRegex(UserError, "Withdraw it"):
            program.discount_percentage = 30

    def test_stopped_it_is_changed_and_approved_anew(self):
        program = self.approve(self.program()).with_user(self.editor)
        program.toggle_active()
        self.assertEqual((program.active, program.approval_state), (False, "draft"))
        program.discount_percentage = 30
        for attempt in (program.toggle_active, lambda: program.write({"active": True})):
            with self.assertRaisesRegex(UserError, "Submit it"):
                attempt()
        self.assertEqual(self.approve(program).active, True)

    def test_a_copy_begins_anew(self):
        copied = self.approve(self.program()).with_user(self.editor).copy()
        self.assertEqual((copied.active, copied.approval_state), (False, "draft"))

    def test_those_that_ran_before_the_addon_go_on_and_are_counted(self):
        running, stopped = self.program(), self.program()
        self.env["base"].flush()
        self.cr.execute("UPDATE coupon_program SET active = true WHERE id = %s", (running.id,))
        self.env.cache.invalidate()
        take_over(self.cr, None)
        self.assertEqual((running.approval_state, stopped.approval_state), ("approved", "draft"))
        self.assertFalse(running.approval_request_ids)
        self.assertEqual(noted(self.env, "retail_price_governance"), ("coupon.program", 1))
