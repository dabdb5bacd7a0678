from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import ProcedureCase

APPROVERS = "document_page_approval.group_document_approver_user"


class ApprovalCase(ProcedureCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.writer, cls.second = (
            new_test_user(cls.env, login, groups=f"base.group_user,{APPROVERS}") for login in ("writer", "second")
        )

    def governed(self, **values):
        return self.new_page(approval_required=True, company_id=False, **values)

    def version(self, user=None):
        """A change of the text that waits for its approval."""
        page = self.governed()
        page.with_user(user or self.writer).content = "<p>Count it twice.</p>"
        waiting = [("page_id", "=", page.id), ("state", "=", "to approve")]
        return self.env["document.page.history"].search(waiting, order="id desc", limit=1)


@tagged("post_install", "-at_install")
class TestGuards(ApprovalCase, GuardTable):
    """Nobody approves what he wrote himself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The administrator of a shop writes pages, and is no approver by that.
        administrator = cls.env.ref("base.user_admin")
        administrator.groups_id -= cls.env.ref("document_page.group_document_manager") | cls.env.ref(APPROVERS)
        administrator.groups_id += cls.env.ref("document_page.group_document_editor")

    guards = (
        Guard(
            name="approved_by_its_writer",
            model="document.page.history",
            values={"state": "approved"},
            record=lambda case: case.version(),
            create=lambda case: {"page_id": case.governed().id, "content": "<p>Mine</p>", "name": "1"},
            user=lambda case: case.writer,
            proper=lambda case, record: record.with_user(case.second).action_approve(),
            buttons=("action_approve", "action_cancel_and_draft", "action_to_approve"),
            ways={
                "pos": "a till knows no pages",
                "website": "the website knows no pages",
                "mail_gateway": "an answer by mail changes no field",
                "archived": "it cannot be archived",
            },
        ),
    )


@tagged("post_install", "-at_install")
class TestSecondPerson(ApprovalCase):
    def test_the_writer_is_told_whom_to_ask(self):
        version = self.version()
        with self.assertRaisesRegex(AccessError, "second person.*Ask another approver"):
            version.with_user(self.writer).action_approve()
        version.with_user(self.second).action_approve()
        self.assertEqual((version.state, version.approved_uid), ("approved", self.second))

    def test_who_decides_alone_may(self):
        self.writer.groups_id += self.env.ref("retail_base.group_break_glass")
        version = self.version()
        version.with_user(self.writer).action_approve()
        self.assertEqual(version.state, "approved")

    def test_a_program_does_not(self):
        with self.assertRaisesRegex(AccessError, "a person's decision"):
            self.version().write({"state": "approved"})

    def test_an_approver_of_other_pages_does_not(self):
        version = self.version()
        version.page_id.approver_gid = self.role
        with self.assertRaisesRegex(AccessError, "Cashiers"):
            version.with_user(self.second).write({"state": "approved"})

    def test_nobody_changes_what_is_to_be_approved(self):
        """Or the approver had written it himself, or had seen another text."""
        version = self.version()
        for user in (self.writer, self.second):
            with self.assertRaisesRegex(UserError, "stays as it is"):
                version.with_user(user).content = "<p>Never mind.</p>"
        version.with_user(self.second).action_approve()
        with self.assertRaisesRegex(UserError, "stays as it is"):
            version.with_user(self.writer).content = "<p>Never mind.</p>"

    def test_a_draft_is_its_writers(self):
        version = self.version()
        version.with_user(self.writer).action_cancel_and_draft()
        version.with_user(self.writer).content = "<p>Count it three times.</p>"
        self.assertIn("three", version.content)

    def test_a_page_without_approvals_goes_on(self):
        page = self.new_page()
        page.with_user(self.writer).content = "<p>As it was.</p>"
        self.assertEqual(page.history_head.state, "approved")
