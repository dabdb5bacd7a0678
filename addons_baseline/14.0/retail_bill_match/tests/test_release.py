from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import BillCase


@tagged("post_install", "-at_install")
class TestRelease(BillCase):
    def released(self):
        bill = self.too_dear()
        self.release(bill).with_user(self.boss).action_approval_approve()
        return bill

    def test_a_second_person_releases_it(self):
        bill = self.too_dear()
        release = self.release(bill)
        self.assertIn("as ordered", release.differences)
        with self.assertRaisesRegex(UserError, "as ordered"), self.cr.savepoint():
            bill.action_post()
        release.with_user(self.boss).action_approval_approve()
        bill.invalidate_cache()
        self.assertFalse(bill.match_preview)
        self.assertIn("Express", bill.message_ids[0].body)
        bill.action_post()
        self.assertEqual(bill.state, "posted")

    def test_neither_who_made_the_bill_nor_who_ordered_releases_it(self):
        bill = self.too_dear()
        release = self.release(bill)
        for user in (self.clerk, self.buyer):
            user.groups_id += self.env.ref("retail_bill_match.group_bill_release")
            with self.assertRaisesRegex(AccessError, "second person"):
                release.with_user(user).action_approval_approve()

    def test_a_refusal_leaves_it_a_draft(self):
        bill = self.too_dear()
        release = self.release(bill)
        action = release.with_user(self.boss).action_approval_ask_why_not()
        wizard = self.env[action["res_model"]].with_user(self.boss).with_context(**action["context"])
        wizard.create({"note": "No"}).action_reject()
        with self.assertRaisesRegex(UserError, "as ordered"):
            bill.action_post()

    def test_it_holds_for_the_bill_as_it_stood(self):
        bill = self.released()
        bill.write({"invoice_line_ids": [(1, bill.invoice_line_ids.id, {"price_unit": 30.0})]})
        with self.assertRaisesRegex(UserError, "as ordered"), self.cr.savepoint():
            bill.action_post()
        again = self.release(bill)
        self.assertEqual((again.approval_state, len(again.approval_request_ids)), ("pending", 2))
        again.with_user(self.boss).action_approval_approve()
        bill.action_post()
        self.assertEqual(bill.state, "posted")

    def test_it_holds_for_no_other_bill(self):
        release, other = self.released().match_release_ids, self.too_dear()
        release.move_id = other
        with self.assertRaisesRegex(UserError, "as ordered"):
            other.action_post()

    def test_it_says_why(self):
        with self.assertRaisesRegex(UserError, "Enter why"):
            self.release(self.too_dear(), reason=" ")

    def test_what_agrees_needs_none(self):
        with self.assertRaisesRegex(UserError, "agrees. Confirm it"):
            self.release(self.bill(self.line(self.order())))

    def test_what_is_posted_needs_none(self):
        bill = self.bill(self.line(self.order()))
        bill.action_post()
        with self.assertRaisesRegex(UserError, "Only a draft"):
            self.release(bill)

    def test_it_is_not_deleted(self):
        release = self.released().match_release_ids
        for user in (self.clerk, self.buyer, self.boss):
            with self.assertRaises(AccessError):
                release.with_user(user).unlink()
