from contextlib import suppress

from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import BillCase

COMPANIES = "the record rules of companies close it"
UNBALANCED = "core refuses an entry that does not balance"
POSTED = "core makes no entry that is posted from the start"
WAYS = {
    "pos": "a till knows no vendor bills",
    "website": "the website shows vendors their orders, and takes no bills",
    "mail_gateway": lambda case, record: case.by_mail(record),
    "archived": "bills cannot be archived",
}


def released_and_posted(case, bill):
    case.release(bill).with_user(case.boss).action_approval_approve()
    bill.action_post()


def corrected(case, line):
    case.tolerate(amount=1000)
    line.with_context(check_move_validity=False).write({"price_unit": 50.0})


def posted_line(case):
    bill = case.bill(case.line(case.order()))
    bill.action_post()
    return bill.invoice_line_ids


@tagged("post_install", "-at_install")
class TestGuards(GuardTable, BillCase):
    guards = (
        Guard(
            name="posted_without_agreeing",
            model="account.move",
            values={"state": "posted"},
            record=lambda case: case.too_dear(),
            create=lambda case: {"move_type": "in_invoice", "partner_id": case.vendor.id},
            user=lambda case: case.clerk,
            proper=released_and_posted,
            buttons=("action_post", "action_ask_release"),
            ways=WAYS,
            refused_anyway={"create": POSTED, "import": POSTED, "other_company": COMPANIES},
        ),
        Guard(
            name="made_dearer_after_posting",
            model="account.move.line",
            values={"price_unit": 50.0},
            record=posted_line,
            user=lambda case: case.clerk,
            proper=corrected,
            ways={
                **WAYS,
                "create": "a new line has no counterpart; what it would have to match is tested in test_match.py",
                "mail_gateway": "mail makes drafts, never lines of what is posted",
                "button": "lines have no button that changes them",
            },
            # One line alone is never written: what is changed with its counterpart is tested in test_match.py.
            refused_anyway={
                **dict.fromkeys(("rpc_write", "cron", "server_action", "multi_record"), UNBALANCED),
                **dict.fromkeys(("context_key", "import"), "the line keeps its price"),
                "other_company": COMPANIES,
            },
        ),
        Guard(
            name="released_by_hand",
            model="retail.bill.release",
            values={"approval_state": "approved"},
            record=lambda case: case.asked(),
            create=lambda case: {"move_id": case.too_dear().id, "reason": "Express"},
            user=lambda case: case.clerk,
            proper=lambda case, record: case.approved(record),
            buttons=("action_approval_submit", "action_approval_approve", "action_approval_withdraw"),
            ways={**WAYS, "mail_gateway": "no alias makes releases"},
            refused_anyway={"other_company": COMPANIES},
        ),
    )

    def asked(self):
        values = {"move_id": self.too_dear().id, "reason": "Express"}
        return self.env["retail.bill.release"].with_user(self.clerk).create(values)

    def approved(self, release):
        release.action_approval_submit()
        release.with_user(self.boss).action_approval_approve()

    def by_mail(self, bill):
        """A mail to the journal's alias, which makes a draft, and one in answer to the bill."""
        moves = self.env["account.move"].sudo()
        journal = self.env["account.journal"].search([("type", "=", "purchase")], limit=1)
        message = {"subject": "Bill", "email_from": "x@works.example", "from": "x@works.example", "body": "posted"}
        with suppress(UserError), self.cr.savepoint():
            bill.sudo().message_update(message, {"state": "posted"})
        alias = {"state": "posted", "move_type": "in_invoice", "journal_id": journal.id}
        moves.message_new(message, alias)
