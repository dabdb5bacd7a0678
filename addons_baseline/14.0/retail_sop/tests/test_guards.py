from odoo.addons.retail_base import guard as passes
from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import ProcedureCase


@tagged("post_install", "-at_install")
class TestGuards(ProcedureCase, GuardTable):
    """Nobody says for somebody else that he has read a procedure."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Somebody may give away rights that this addon does not; the records are sealed all the same.
        rights = dict.fromkeys(("perm_read", "perm_write", "perm_create", "perm_unlink"), True)
        model, group = cls.env["ir.model"]._get_id("retail.sop.reading"), cls.env.ref("base.group_user").id
        cls.env["ir.model.access"].create({"name": "all", "model_id": model, "group_id": group, **rights})
        # An import looks for the page that it names.
        cls.auditor.groups_id += cls.env.ref("knowledge.group_document_user")
        cls.editor = new_test_user(cls.env, "editor", groups="document_page.group_document_manager")
        cls.people = 0

    guards = (
        Guard(
            name="read_for_somebody_else",
            model="retail.sop.reading",
            values={"state": "read"},
            record=lambda case: case.asked(),
            create=lambda case: {
                "sop_id": case.sop.id,
                "page_id": case.page.id,
                "version_id": case.sop.version_id.id,
                "user_id": case.other.id,
                "company_id": case.env.company.id,
            },
            user=lambda case: case.auditor,
            proper=lambda case, record: record.with_user(record.user_id).action_read(),
            buttons=("action_read",),
            ways={
                "pos": "a till knows no procedures",
                "website": "the website knows no procedures",
                "mail_gateway": "it has no alias, and an answer by mail changes no field",
                "archived": "it cannot be archived",
                "other_company": "a rule of the model shows readings of one's own companies only",
            },
        ),
        Guard(
            name="changed_after_it_was_read",
            model="document.page.history",
            values={"content": "<p>Never mind the till.</p>"},
            record=lambda case: case.version(),
            user=lambda case: case.editor,
            # There is none: a change is a new version. This shows that the cells would see one.
            proper=lambda case, record: passes.passing(record).write({"content": "<p>Never mind the till.</p>"}),
            buttons=("action_cancel", "action_cancel_and_draft", "action_to_approve", "action_approve"),
            ways={
                "create": "another version is the proper thing to make",
                "pos": "a till knows no pages",
                "website": "the website knows no pages",
                "mail_gateway": "an answer by mail changes no field",
                "archived": "it cannot be archived",
            },
        ),
    )

    def version(self):
        """One that somebody has been asked to read, of a page of every company."""
        page = self.new_page(company_id=False)
        self.env["retail.sop"].create({"page_id": page.id, "group_ids": [(6, 0, self.role.ids)]})
        return page.history_head

    def asked(self):
        """Of somebody else each time."""
        self.__class__.people += 1
        person = new_test_user(self.env, f"cashier {self.people}", groups="base.group_user")
        self.role.users += person
        self.sop._ask()
        return self.owed(person)

    def test_only_for_oneself(self):
        reading = self.asked()
        for user in (self.auditor, self.env.ref("base.user_admin"), self.env.ref("base.user_root")):
            with self.assertRaisesRegex(AccessError, "Only cashier .* can say that"):
                reading.with_user(user).sudo().action_read()

    def test_records_are_sealed_when_read_and_before(self):
        reading = self.asked()
        for _again in range(2):
            with self.assertRaises(UserError):
                reading.with_user(self.auditor).unlink()
            with self.assertRaises(UserError):
                reading.with_user(self.auditor).write({"deadline": "2030-01-01"})
            reading.with_user(reading.user_id).action_read()
