from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged

from ..models.approval_as_part import assign
from .test_guards import DocumentCase


@tagged("post_install", "-at_install")
class TestAssign(BaseCase):
    def test_whoever_comes_first_leaves_a_place_that_only_he_fits(self):
        may = {"Hedda": {"buyer", "head"}, "Benno": {"buyer"}}

        def assigned(*places):
            return assign(places, list(may), lambda place, person: place in may[person])

        self.assertEqual(assigned("buyer", "head"), [("buyer", "Benno"), ("head", "Hedda")])
        self.assertEqual(assigned(), [])
        self.assertIsNone(assigned("head", "head"))
        self.assertIsNone(assigned("buyer", "buyer", "buyer"))


@tagged("post_install", "-at_install")
class TestApprovalAsPart(DocumentCase):
    """The whole is a document like its parts, which is not so in a shop and makes no difference here."""

    def setUp(self):
        super().setUp()
        self.whole = self.document(name="Import")
        self.whole.action_approval_submit()
        self.request = self.whole.approval_request_ids

    def approve_the_whole(self, user=None):
        self.whole.with_user(user or self.boss).action_approval_approve()

    def test_parts_are_approved_by_who_approved_the_whole(self):
        parts = self.document(name="One") + self.document(name="Two")
        self.approve_the_whole()
        parts._approval_grant_with(self.request)
        self.assertEqual(parts.mapped("approval_state"), ["approved", "approved"])
        self.assertEqual(parts.mapped("granted"), [1, 1])
        for request in parts.approval_request_ids:
            self.assertEqual((request.state, request.requester_id), ("approved", self.clerk))
            self.assertEqual((request.step_ids.user_id, request.step_ids.group_id), (self.boss, self.group))
            self.assertEqual(request.step_ids.decided_at, self.request.step_ids.decided_at)
        parts._approval_require()

    def test_a_part_that_waits_is_decided_too(self):
        part = self.document(name="One")
        part.action_approval_submit()
        self.approve_the_whole()
        part._approval_grant_with(self.request)
        self.assertEqual((part.approval_state, part.granted), ("approved", 1))
        self.assertEqual(part.approval_request_ids.step_ids.user_id, self.boss)

    def test_a_part_that_was_changed_while_it_waited_is_not(self):
        part = self.document(name="One")
        part.action_approval_submit()
        self.approve_the_whole()
        part.amount += 1
        with self.assertRaisesRegex(UserError, "changed after it was submitted"):
            part._approval_grant_with(self.request)

    def test_nothing_is_approved_with_what_is_not(self):
        part = self.document(name="One")
        with self.assertRaisesRegex(UserError, "Import is not approved"):
            part._approval_grant_with(self.request)

    def test_what_is_missing_in_a_part_is_said(self):
        self.approve_the_whole()
        with self.assertRaisesRegex(UserError, "Enter an amount"):
            self.document(amount=0)._approval_grant_with(self.request)

    def test_another_group_has_to_be_asked_by_itself(self):
        other = self.env["res.groups"].create({"name": "Board"})
        self.approve_the_whole()
        with self.assertRaisesRegex(UserError, "needs the approval of: Board"):
            self.document(group_id=other.id)._approval_grant_with(self.request)

    def test_one_person_in_both_groups_is_not_two_people(self):
        other = self.env["res.groups"].create({"name": "Board", "users": [(4, self.boss.id)]})
        part = self.document(name="One")
        self.approve_the_whole()
        both = patch.object(type(part), "_approval_plan", lambda document: document.group_id | other)
        with both, self.assertRaisesRegex(UserError, "needs the approval of"):
            part._approval_grant_with(self.request)

    def test_who_took_part_in_a_part_did_not_look_at_it(self):
        part = self.document(name="One")
        self.approve_the_whole()
        counted = patch.object(type(part), "_approval_involved", lambda _document: self.boss)
        with counted, self.assertRaisesRegex(UserError, "needs the approval of"):
            part._approval_grant_with(self.request)

    def test_who_decided_alone_did_so_for_the_parts_and_is_marked(self):
        self.clerk.groups_id += self.group + self.env.ref("retail_base.group_break_glass")
        part = self.document(name="One")
        self.approve_the_whole(self.clerk)
        part._approval_grant_with(self.request)
        self.assertTrue(part.approval_request_ids.step_ids.alone)
