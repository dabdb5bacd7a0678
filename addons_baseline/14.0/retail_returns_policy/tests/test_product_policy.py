from datetime import timedelta

from odoo import fields
from odoo.addons.retail_base import guard
from odoo.addons.retail_returns.tests.common import ShopCase
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..hooks import post_init_hook


@tagged("post_install", "-at_install")
class TestProductPolicy(ShopCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        policies = cls.env["retail.return.policy"]
        cls.fortnight = policies.create({"name": "Two weeks", "days": 14})
        cls.never = policies.create({"name": "Hygiene", "returnable": False, "days": 0})
        cls.defect = cls.env.ref("retail_returns.reason_defect")

    def give(self, policy):
        """To the coat, as if that had been approved."""
        guard.passing(self.coat).write({"return_policy_id": policy.id})

    def waits(self, days, policy=None, **line):
        """Whether a return of a coat so many days after its delivery waits for approval."""
        self.give(policy or self.fortnight)
        self.delivery.move_lines.date = fields.Datetime.now() - timedelta(days=days)
        document = self.make(line=line)
        document.action_approval_submit()
        return document.approval_state == "pending"

    def test_fewer_days_than_the_reason(self):
        self.assertFalse(self.waits(14))
        self.assertTrue(self.waits(15))

    def test_more_days_than_the_reason(self):
        self.fortnight.days = 60
        self.assertFalse(self.waits(60))
        self.assertTrue(self.waits(61))

    def test_on_the_same_day_only(self):
        self.fortnight.days = 0
        self.assertFalse(self.waits(0))
        self.assertTrue(self.waits(1))

    def test_the_categorys(self):
        self.coat.categ_id.return_policy_id = self.never
        self.assertEqual(self.make().line_ids._excluded_by(), self.never)

    def test_without_a_policy_the_reason_says_it(self):
        self.env["product.category"].search([]).return_policy_id = False
        self.assertFalse(self.make().line_ids._product_policy())
        self.assertEqual(self.make().line_ids._days_to_return(), 30)

    def test_what_is_not_taken_back_needs_a_note_and_somebody_who_agrees(self):
        with self.assertRaisesRegex(UserError, "Coat is not taken back. Say in a note why"), self.cr.savepoint():
            self.waits(1, self.never)
        self.assertTrue(self.waits(1, self.never, note="A regular customer"))
        document = self.env["retail.return"].search([("partner_id", "=", self.customer.id)], limit=1)
        self.assertRegex(document.unusual, r"Coat is not taken back: Hygiene\.\nA regular customer")
        self.assertEqual(document.approval_request_ids.step_ids.group_id, self.policy.group_id)
        self.approve(document)
        self.assertEqual(document.state, "authorized")

    def test_a_till_has_no_note_and_waits(self):
        self.give(self.never)
        document = self.make()
        document.sudo()._approval_submit()
        self.assertEqual(document.approval_state, "pending")

    def test_what_the_shop_answers_for(self):
        self.assertFalse(self.waits(700, self.fortnight, reason_id=self.defect.id, note="The zip"))
        self.assertFalse(self.waits(700, self.never, reason_id=self.defect.id, note="The zip"))
        self.assertTrue(self.waits(731, self.fortnight, reason_id=self.defect.id, note="The zip"))

    def test_the_installation_marks_what_the_shop_answers_for(self):
        reasons = self.env["retail.return.reason"].search([])
        reasons.beyond_policy = False
        post_init_hook(self.cr, self.registry)
        marked = reasons.filtered("beyond_policy").mapped("code")
        self.assertEqual(sorted(marked), ["DEFECT", "TRANSPORT", "WRONG"])
