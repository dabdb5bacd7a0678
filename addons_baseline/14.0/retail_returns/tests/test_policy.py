from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import ShopCase


@tagged("post_install", "-at_install")
class TestPolicy(ShopCase):
    def waits(self, **values):
        document = self.make(**values)
        document.action_approval_submit()
        return document.approval_state == "pending"

    def test_value(self):
        self.policy.approve_above = 80
        self.assertFalse(self.waits(units=2))
        self.assertTrue(self.waits(units=2.5))

    def test_one_that_is_cut_into_pieces_is_still_one(self):
        self.policy.write({"approve_above": 80, "inspect_above": 40})
        self.assertFalse(self.waits())
        self.assertTrue(self.make().needs_inspection)
        self.assertFalse(self.waits())
        self.assertTrue(self.waits())

    def test_what_was_paid_counts_not_what_it_costs_today(self):
        _order, delivery = self.deliver(self.product("Scarf", 200.0), 1, discount=50)
        document = self.make(delivery=delivery)
        self.assertEqual(document.amount, 100)

    def test_late_ones(self):
        move = self.delivery.move_lines
        move.date = fields.Datetime.now() - timedelta(days=30)
        self.assertFalse(self.waits())
        self.assertFalse(self.make().unusual)
        move.date = fields.Datetime.now() - timedelta(days=31)
        self.assertTrue(self.waits())
        self.assertRegex(self.make().unusual, "Coat comes back late")
        self.reason.max_days = 0
        self.assertFalse(self.make().unusual)

    def test_without_a_delivery(self):
        self.assertTrue(self.waits(line={"move_id": False}, picking_id=False))

    def test_goodwill(self):
        with self.assertRaisesRegex(UserError, "what the goodwill is for"):
            self.waits(line_ids=[], goodwill=5)
        document = self.make(line_ids=[], goodwill=5, note="Scratch")
        document.action_approval_submit()
        self.assertEqual(document.approval_state, "pending")
        with self.assertRaisesRegex(AccessError, "second person"):
            document.action_approval_approve()
        self.approve(document)
        self.assertEqual((document.state, document.approved_amount), ("released", 5))

    def test_a_reason_may_always_need_approval(self):
        self.reason.group_id = self.env.ref("retail_returns.group_return_approver")
        self.assertTrue(self.waits())

    def test_each_store_may_have_its_own(self):
        self.policy.approve_above = 0
        self.policy.copy(
            {"sequence": 1, "warehouse_id": self.env.ref("stock.warehouse0").id, "approve_above": 500}
        )
        self.assertTrue(self.waits())
        self.policy.copy({"sequence": 1, "warehouse_id": self.warehouse.id, "approve_above": 500})
        self.assertFalse(self.waits())

    def test_where_none_fits_everything_is_approved_and_inspected(self):
        self.policy.active = False
        document = self.make()
        self.assertTrue(document.needs_inspection)
        self.assertTrue(self.waits())

    def test_policy_is_central(self):
        for record in (self.policy, self.reason):
            with self.assertRaises(AccessError):
                record.with_user(self.manager).sequence = 1
        with self.assertRaises(ValidationError):
            self.policy.approve_above = -1
        with self.assertRaises(ValidationError):
            self.reason.max_days = -1

    def test_a_reason_is_archived_and_not_deleted(self):
        """Returns would lose why goods came back."""
        document = self.make()
        policy = new_test_user(self.env, "pia", groups="retail_base.group_policy")
        with self.assertRaises(AccessError):
            self.reason.with_user(policy).unlink()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.reason.unlink()
        self.reason.with_user(policy).active = False
        self.assertEqual(document.line_ids.reason_id, self.reason)
