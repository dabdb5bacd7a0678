from unittest.mock import patch

from odoo import SUPERUSER_ID, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .. import guard
from .at_once import AtOnceCase
from .test_guards import DocumentCase


@tagged("post_install", "-at_install")
class TestApproval(DocumentCase):
    def submitted(self, **values):
        document = self.document(**values)
        document.action_approval_submit()
        return document

    def test_who_when_and_what_stand_on_record(self):
        before = fields.Datetime.now()
        document = self.submitted()
        self.assertEqual(document.approval_state, "pending")
        document.with_user(self.boss).action_approval_approve()
        request = document.approval_request_ids
        self.assertEqual((request.state, request.requester_id), ("approved", self.clerk))
        self.assertEqual((request.step_ids.user_id, request.step_ids.alone), (self.boss, False))
        self.assertGreaterEqual(request.step_ids.decided_at, before)
        self.assertEqual((document.approval_state, document.granted), ("approved", 1))
        waits = f"{self.clerk.name}: Submitted. Waits for: {self.group.name}\n"
        self.assertEqual(document.history, f"{waits}{self.boss.name}: Approved\n")

    def test_what_is_missing_is_said(self):
        with self.assertRaisesRegex(UserError, "Enter an amount"):
            self.submitted(amount=0)

    def test_the_requester_is_not_the_approver(self):
        self.clerk.groups_id += self.group
        document = self.submitted()
        self.assertFalse(document.approval_can_decide)
        with self.assertRaisesRegex(AccessError, "second person.*Approvers"):
            document.action_approval_approve()
        self.assertTrue(document.with_user(self.boss).approval_can_decide)

    def test_deciding_alone_takes_a_right_and_is_marked(self):
        self.clerk.groups_id += self.group + self.env.ref("retail_base.group_break_glass")
        document = self.submitted()
        document.action_approval_approve()
        self.assertTrue(document.approval_request_ids.step_ids.alone)
        alone = self.env["retail.approval.request"].search([("step_ids.alone", "=", True)])
        self.assertIn(document.approval_request_ids, alone)

    def test_somebody_else_is_told_whom_to_ask(self):
        document = self.submitted()
        passer_by = new_test_user(self.env, "passer_by", groups="base.group_user")
        with self.assertRaisesRegex(AccessError, "Ask somebody of: .*Approvers"):
            document.with_user(passer_by).action_approval_approve()

    def test_a_program_does_not_approve(self):
        self.env.ref("base.user_root").groups_id += self.group
        document = self.submitted()
        with self.assertRaisesRegex(AccessError, "person's decision"):
            document.with_user(SUPERUSER_ID).action_approval_approve()

    def test_superuser_rights_do_not_make_an_approver(self):
        document = self.submitted()
        with self.assertRaises(AccessError):
            document.sudo().action_approval_approve()

    def test_a_group_twice_asks_for_two_people(self):
        group = self.group
        document = self.submitted(group_id=False)
        self.assertEqual(document.approval_state, "approved", "nobody has to agree")
        with patch.object(type(document), "_approval_plan", lambda self: group + group):
            document = self.submitted()
        document.with_user(self.boss).action_approval_approve()
        self.assertEqual(document.approval_state, "pending")
        with self.assertRaisesRegex(AccessError, "second person"):
            document.with_user(self.boss).action_approval_approve()
        other = new_test_user(self.env, "other", groups="base.group_user")
        other.groups_id += group
        document.with_user(other).action_approval_approve()
        self.assertEqual(document.approval_state, "approved")

    def test_within_limits_the_rule_stands_on_record(self):
        document = self.submitted(group_id=False)
        request = document.approval_request_ids
        self.assertEqual(request.note, "Within the limits that need no approval")
        self.assertFalse(request.step_ids)
        self.assertEqual(document.granted, 1)

    def test_a_rejection_says_why_and_leads_back(self):
        document = self.submitted()
        action = document.with_user(self.boss).action_approval_ask_why_not()
        wizard = self.env[action["res_model"]].with_user(self.boss).with_context(**action["context"])
        with self.assertRaisesRegex(UserError, "what has to change"):
            wizard.create({"note": "  "}).action_reject()
        wizard.create({"note": "Too dear"}).action_reject()
        self.assertEqual(document.approval_state, "rejected")
        self.assertEqual(document.approval_request_ids.step_ids.note, "Too dear")
        self.assertEqual((document.granted, document.refused), (0, 1))
        self.assertIn(f"{self.boss.name}: Rejected: Too dear\n", document.history)
        document.action_approval_submit()
        self.assertEqual(document.approval_state, "pending")

    def test_what_changed_after_submitting_is_not_approved(self):
        document = self.submitted()
        document.amount = 500
        with self.assertRaisesRegex(UserError, "changed after it was submitted"):
            document.with_user(self.boss).action_approval_approve()

    def test_what_changed_after_approval_does_not_count(self):
        document = self.submitted()
        document.with_user(self.boss).action_approval_approve()
        document._approval_require()
        document.amount = 500
        with self.assertRaisesRegex(UserError, "changed after it was approved"):
            document._approval_require()

    def test_what_is_not_approved_does_not_count(self):
        with self.assertRaisesRegex(UserError, "not approved. Submit it"):
            self.document()._approval_require()

    def test_a_request_is_withdrawn(self):
        document = self.submitted()
        document.action_approval_withdraw()
        self.assertEqual((document.approval_state, document.approval_request_ids.state), ("draft", "withdrawn"))
        self.assertEqual(document.approval_request_ids.step_ids.state, "void")
        with self.assertRaisesRegex(UserError, "Submit it first"):
            document.with_user(self.boss).action_approval_approve()

    def test_a_deleted_document_waits_for_nobody(self):
        document = self.submitted()
        request = document.approval_request_ids
        document.unlink()
        self.assertEqual((request.state, request.note), ("withdrawn", f"Deleted by {self.clerk.name}"))

    def test_an_approved_document_is_reopened_by_its_model(self):
        document = self.submitted()
        document.with_user(self.boss).action_approval_approve()
        document._approval_reopen("Its price changed")
        self.assertEqual(document.approval_state, "draft")
        self.assertEqual(document.approval_request_ids.state, "approved", "what was decided stays on record")

    def test_it_is_submitted_once(self):
        document = self.submitted()
        with self.assertRaisesRegex(UserError, "submitted already"):
            document.action_approval_submit()

    def test_an_approver_of_another_company_may_not(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        document = self.submitted(company_id=company.id)
        with self.assertRaises(AccessError):
            document.with_user(self.boss).action_approval_approve()
        self.boss.company_ids += company
        document.with_user(self.boss).action_approval_approve()
        self.assertEqual(document.approval_state, "approved")

    def test_several_at_once_are_each_looked_at(self):
        documents = self.submitted() | self.submitted()
        self.document(name="Draft")
        documents.with_user(self.boss).action_approval_approve()
        self.assertEqual(set(documents.mapped("approval_state")), {"approved"})
        mixed = self.submitted() | self.document()
        with self.assertRaises(UserError), self.cr.savepoint():
            mixed.with_user(self.boss).action_approval_approve()
        self.assertEqual(mixed[0].approval_state, "pending")

    def test_the_list_of_what_waits_for_me(self):
        document = self.submitted()
        requests = self.env["retail.approval.request"]
        waits = [("can_decide", "=", True)]
        self.assertIn(document.approval_request_ids, requests.with_user(self.boss).search(waits))
        self.assertFalse(requests.with_user(self.clerk).search(waits))
        action = document.approval_request_ids.action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), (document._name, document.id))

    def waiting_for(self, user, wanted=True):
        """Requests of this test's documents that the list of this user shows."""
        domain = [("can_decide", "=", wanted), ("res_model", "=", self.documents._name)]
        return self.env["retail.approval.request"].with_user(user).search(domain)

    def test_the_list_leaves_out_what_another_has_to_decide(self):
        request = self.submitted().approval_request_ids
        outsider = new_test_user(self.env, "outsider", groups="base.group_user")
        self.assertFalse(self.waiting_for(outsider))
        self.assertIn(request, self.waiting_for(outsider, wanted=False))
        self.assertNotIn(request, self.waiting_for(self.boss, wanted=False))
        self.assertFalse(self.waiting_for(SUPERUSER_ID), "a program does not approve")
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        guard.passing(request.sudo()).write({"company_id": elsewhere.id})
        self.assertFalse(self.waiting_for(self.boss))

    def test_the_list_leaves_out_what_one_began_or_decided(self):
        self.clerk.groups_id += self.group
        request = self.submitted().approval_request_ids
        self.assertFalse(self.waiting_for(self.clerk))
        self.clerk.groups_id += self.env.ref("retail_base.group_break_glass")
        self.assertIn(request, self.waiting_for(self.clerk))
        group = self.group
        with patch.object(type(self.documents), "_approval_plan", lambda self: group + group):
            twice = self.submitted()
        self.assertIn(twice.approval_request_ids, self.waiting_for(self.boss))
        twice.with_user(self.boss).action_approval_approve()
        self.assertNotIn(twice.approval_request_ids, self.waiting_for(self.boss))

    def test_the_list_costs_the_same_however_much_others_have_to_decide(self):
        mine = self.submitted().approval_request_ids
        others = self.env["res.groups"].create({"name": "Others"})

        def queries():
            self.env["base"].flush()
            self.env["base"].invalidate_cache()
            before = self.cr.sql_log_count
            self.assertEqual(self.waiting_for(self.boss).mapped("can_decide"), [True])
            return self.cr.sql_log_count - before

        queries()
        few = queries()
        for _number in range(20):
            self.submitted(group_id=others.id)
        self.assertEqual(queries(), few)
        self.assertEqual(self.waiting_for(self.boss), mine)

    def test_who_is_no_employee_reads_the_document_alone(self):
        group = self.env.ref("base.group_portal")
        self.env["ir.model.access"].search([("name", "=", "retail.test.document")]).copy({"group_id": group.id})
        guest = new_test_user(self.env, "guest", groups="base.group_portal")
        values = self.submitted().with_user(guest).read()[0]
        self.assertEqual(values["approval_state"], "pending")
        self.assertNotIn("approval_request_ids", values)

    def test_what_was_there_before_counts(self):
        document = self.document()
        pending = self.submitted()
        self.assertGreaterEqual(self.documents._approval_grandfather(), 1)
        self.assertEqual((document.approval_state, pending.approval_state), ("approved", "pending"))
        document._approval_require()
        self.assertFalse(document.approval_request_ids)

    def test_a_request_of_long_ago_says_nothing_of_what_was_grandfathered(self):
        document = self.submitted()
        document.action_approval_withdraw()
        document.amount = 500
        self.documents._approval_grandfather()
        document._approval_require()

    def test_without_content_nothing_is_compared(self):
        with patch.object(type(self.documents), "_approval_content", lambda self: None):
            document = self.submitted()
            document.with_user(self.boss).action_approval_approve()
            document.amount = 500
            document._approval_require()

    def test_only_what_took_effect_before_counts(self):
        old, new = self.document(name="Old"), self.document(name="New")
        old.active = False
        self.assertEqual(self.documents._approval_grandfather([("name", "=", "Old")]), 1)
        self.assertEqual((old.approval_state, new.approval_state), ("approved", "draft"))


@tagged("post_install", "-at_install")
class TestTwoAtOnce(AtOnceCase):
    def setUp(self):
        super().setUp()
        with self.environment() as env:
            values = {
                "res_model": "res.partner",
                "res_id": 1,
                "document_name": "Paper",
                "requester_id": env.uid,
                "requested_at": fields.Datetime.now(),
            }
            self.request = guard.passing(env["retail.approval.request"]).create(values).id

    def remove(self):
        with self.environment() as env:
            guard.passing(env["retail.approval.request"].browse(self.request)).unlink()

    def test_who_decides_second_does_not_decide_on_what_was(self):
        with self.environment() as slow:
            late = slow["retail.approval.request"].browse(self.request)
            self.assertEqual(late.state, "pending")
            with self.environment() as quick:
                early = quick["retail.approval.request"].browse(self.request)
                early._lock()
                guard.passing(early).write({"state": "rejected"})
            # Odoo tries the whole request again after this error, and then says that it is not open any more.
            with self.too_late(slow):
                late._lock()
            with self.assertRaisesRegex(UserError, "not open any more: Rejected"):
                late._lock()
