from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ReviewCase


@tagged("post_install", "-at_install")
class TestDecisions(ReviewCase):
    def reviews(self):
        return self.env["retail.review"].search([("line_ids.item_id.kind_id", "=", self.kind.id)])

    def asked(self, review):
        return review.activity_ids.user_id

    def test_a_review_begins_when_a_rule_is_due_and_its_owner_is_called_once(self):
        self.look(days=90)
        self.assertFalse(self.reviews())
        self.look(days=91)
        self.look(days=92)
        review = self.reviews()
        self.assertEqual((review.line_ids.item_id, review.open_count), (self.item(), 1))
        self.assertEqual(len(review.activity_ids), 1)
        self.assertEqual(self.asked(review), self.olga)

    def test_what_is_due_later_comes_to_the_same_review(self):
        later = self.new_rule("Order hats")
        self.look(days=3)
        self.look(days=91)
        self.item(later).with_user(self.policy).own_owner_id = self.other
        self.look(days=95)
        review = self.reviews()
        self.assertEqual(review.line_ids.item_id, self.item() | self.item(later))
        self.assertEqual(self.asked(review), self.olga | self.other)

    def test_kept(self):
        line = self.due()
        self.rule.interval_number = 7
        line.with_user(self.olga).action_keep()
        item, review = self.item(), line.review_id
        self.assertEqual((line.decision, line.decided_by_id), ("keep", self.olga))
        # As it is at this moment, not as it was when somebody last looked for rules.
        self.assertFalse(item.changed)
        self.look()
        self.assertFalse(item.changed)
        self.assertEqual(item.due_at, fields.Date.add(fields.Date.today(), days=91))
        self.assertEqual((review.ended_at, review.activity_ids.ids), (fields.Date.today(), []))

    def test_another_review_begins_after_the_first_has_ended(self):
        line = self.due()
        line.with_user(self.olga).action_keep()
        again = self.due()
        self.assertNotEqual(again.review_id, line.review_id)

    def test_change_and_switch_off_need_a_note(self):
        line = self.due().with_user(self.olga)
        for action in (line.action_change, line.action_switch_off):
            with self.assertRaisesRegex(UserError, "Say in the note what is wrong with Order coats"):
                action()
        line.note = "Too often"
        line.action_change()
        self.assertEqual((line.decision, self.rule.active), ("change", True))
        # To see whether it was.
        self.assertEqual(self.item().due_at, fields.Date.add(fields.Date.today(), days=14))

    def test_switched_off_by_somebody_who_may(self):
        line = self.due().with_user(self.olga)
        line.note = "Nobody sells coats any more"
        with self.assertRaises(AccessError), self.cr.savepoint():
            line.action_switch_off()
        self.env.cache.invalidate()
        self.assertFalse(line.decision)
        self.olga.groups_id += self.env.ref("base.group_system")
        line.action_switch_off()
        self.assertEqual((line.decision, self.rule.active, self.item().active), ("off", False, False))

    def test_decided_is_decided(self):
        line = self.due().with_user(self.olga)
        line.action_keep()
        for attempt in (line.action_keep, lambda: line.write({"note": "But"})):
            with self.assertRaisesRegex(UserError, "That has been decided"):
                attempt()

    def test_the_owner_decides_or_central_policy(self):
        line = self.due()
        with self.assertRaisesRegex(AccessError, "olga.* decides about Order coats"):
            line.with_user(self.other).action_keep()
        line.with_user(self.policy).action_keep()
        self.assertEqual(line.decided_by_id, self.policy)

    def test_about_what_is_gone_nobody_has_to_decide(self):
        line = self.due()
        self.rule.active = False
        self.look()
        self.assertEqual((line.decision, line.decided_by_id.id), ("gone", False))
        self.assertTrue(line.review_id.ended_at)

    def test_before_its_time(self):
        with self.assertRaises(AccessError):
            self.item().with_user(self.olga).action_review_now()
        self.item().with_user(self.policy).action_review_now()
        self.item().with_user(self.policy).action_review_now()
        self.assertEqual(len(self.item().line_ids), 1)
        self.assertEqual(self.asked(self.item().line_ids.review_id), self.olga)
