from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ImportCase

NOT_OUTSIDE = "neither till nor website nor mail knows imports"


def _waiting(case):
    run = case.check(case.shop())
    run.action_approval_submit()
    return run


def _approve(case, record):
    record.with_user(case.approver).action_approval_approve()


@tagged("post_install", "-at_install")
class TestGuards(ImportCase, GuardTable):
    guards = (
        Guard(
            name="applying_without_approval",
            model="retail.import.run",
            values={"state": "applying"},
            record=_waiting,
            user=lambda case: case.importer,
            proper=_approve,
            buttons=("action_approval_approve", "action_approval_submit", "action_approval_withdraw"),
            ways={
                "create": "an import begins with its files; see test_nobody_makes_one_by_hand",
                "pos": NOT_OUTSIDE,
                "website": NOT_OUTSIDE,
                "mail_gateway": NOT_OUTSIDE,
                "archived": "it cannot be archived",
            },
            refused_anyway={"other_company": "the record rule of companies"},
        ),
    )


@tagged("post_install", "-at_install")
class TestRecord(ImportCase):
    def test_nobody_makes_one_by_hand(self):
        values = {"name": "Mine", "company_id": self.env.company.id, "user_id": self.importer.id, "digest": "x"}
        with self.assertRaisesRegex(UserError, "begins with its files"):
            self.runs.create(values)

    def test_what_was_checked_stays_as_it_is(self):
        run = _waiting(self)
        for record, values in (
            (run, {"user_id": self.approver.id}),
            (run, {"group_ids": [(5, 0, 0)]}),
            (run, {"without_refused": True}),
            (run, {"line_ids": [(1, run.line_ids[0].id, {"outcome": "same"})]}),
            (run.file_ids[0], {"content": b"eA=="}),
            (run.line_ids[0], {"verdict": "same"}),
        ):
            for mode in (self.importer.id, 1):
                with self.assertRaises(UserError), self.cr.savepoint():
                    record.with_user(mode).write(values)
        for record in (run, run.line_ids[0], run.file_ids[0]):
            with self.assertRaises((UserError, AccessError)), self.cr.savepoint():
                record.sudo().unlink()

    def test_others_do_not_see_it(self):
        run = _waiting(self)
        clerk = self.env["res.users"].create({"name": "C", "login": "t-clerk"})
        with self.assertRaises(AccessError):
            run.with_user(clerk).read(["name"])
        self.assertEqual(run.with_user(self.approver).read(["name"])[0]["name"], run.name)
