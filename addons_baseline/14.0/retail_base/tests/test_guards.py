from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .. import guard
from .fake_models import FakeModelCase
from .guard_table import Guard, GuardTable
from .ways import CONTEXT_KEYS


class DocumentCase(FakeModelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.documents = cls.env["retail.test.document"]
        cls.group = cls.env["res.groups"].create({"name": "Approvers"})
        cls.clerk = new_test_user(cls.env, "clerk", groups="base.group_user")
        cls.boss = new_test_user(cls.env, "boss", groups="base.group_user")
        cls.boss.groups_id += cls.group

    def document(self, **values):
        values = {"name": "Paper", "amount": 5.0, "group_id": self.group.id, **values}
        return self.documents.with_user(self.clerk).create(values)

    def approve(self, document):
        document.with_user(self.clerk).action_approval_submit()
        document.with_user(self.boss).action_approval_approve()


NOT_OUTSIDE = "a test's own model: neither till nor website nor mail knows it"


@tagged("post_install", "-at_install")
class TestGuards(DocumentCase, GuardTable):
    guards = (
        Guard(
            name="approved_by_hand",
            model="retail.test.document",
            values={"approval_state": "approved"},
            record=lambda case: case.document(),
            create=lambda case: {"name": "Paper", "amount": 5.0},
            user=lambda case: case.clerk,
            proper=lambda case, record: case.approve(record),
            buttons=("action_approval_submit", "action_approval_approve", "action_approval_withdraw"),
            ways={"pos": NOT_OUTSIDE, "website": NOT_OUTSIDE, "mail_gateway": NOT_OUTSIDE},
        ),
    )

    def test_unchanged_values_may_be_written_again(self):
        document = self.document()
        document.write({"approval_state": "draft", "name": "Card"})
        self.assertEqual(document.name, "Card")

    def test_the_pass_opens_for_what_is_meant(self):
        document = self.document()
        guard.passing(document).write({"approval_state": "approved"})
        self.assertEqual(document.approval_state, "approved")

    def test_a_copy_begins_anew(self):
        document = self.document()
        self.approve(document)
        self.assertEqual(document.copy().approval_state, "draft")

    def test_records_of_decisions_are_sealed(self):
        document = self.document()
        self.approve(document)
        request = document.approval_request_ids.sudo().with_context(**CONTEXT_KEYS)
        for sealed in (request, request.step_ids):
            with self.assertRaises(UserError):
                sealed.write({"note": "never mind"})
            with self.assertRaises(UserError):
                sealed.unlink()
            with self.assertRaises(UserError):
                sealed.copy()

    def test_a_cell_without_a_reason_fails(self):
        table = self._table(values={"name": "x"}, create=None)
        for way in ("pos", "website", "mail_gateway", "button", "create"):
            with self.assertRaisesRegex(AssertionError, "or why nobody can"):
                getattr(table, f"test_partner__{way}")()

    def test_a_cell_sees_what_got_through(self):
        table = self._table(values={"name": "x"})
        table.test_partner__the_proper_way()
        general = ("rpc_write", "import", "create", "server_action", "cron", "multi_record", "archived")
        for way in (*general, "context_key", "context_default", "own_default", "other_company"):
            leaks = self.assertRaisesRegex(AssertionError, "partner: res.partner.* has {'name': 'x'}")
            with self.subTest(way=way), leaks, self.cr.savepoint():
                getattr(table, f"test_partner__{way}")()

    def test_a_cell_that_is_refused_for_another_reason_shows_nothing(self):
        # Somebody who may not write partners at all.
        table = self._table(values={"name": "x"}, user=lambda case: self.clerk)
        for way in ("rpc_write", "import", "create"):
            vacuous = self.assertRaisesRegex(AssertionError, "so this shows nothing: .*not allowed")
            with self.subTest(way=way), vacuous, self.cr.savepoint():
                getattr(table, f"test_partner__{way}")()

    def _table(self, **of_guard):
        """A table whose one guard does not exist, ready to run its cells."""
        described = {
            "name": "partner",
            "model": "res.partner",
            "record": lambda case: case.env["res.partner"].create({"name": "y"}),
            "create": lambda case: {"email": "x@shop.example"},
            "user": lambda case: case.env.ref("base.user_admin"),
            "proper": lambda case, record: record.write({"name": "x"}),
            **of_guard,
        }

        class Table(GuardTable):
            guards = (Guard(**described),)

        table = Table("test_partner__pos")
        table.env, table.cr, table.registry = self.env, self.cr, self.registry
        return table
