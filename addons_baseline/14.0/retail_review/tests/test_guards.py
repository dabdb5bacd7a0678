from odoo import fields
from odoo.addons.retail_base import guard
from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ReviewCase

NOT_OUTSIDE = {
    "pos": "a till knows no rules",
    "website": "the website knows no rules",
    "mail_gateway": "no alias makes rules or decisions",
    "other_company": "rules and their reviews are of no company",
}
YESTERDAY = fields.Date.subtract(fields.Date.today(), days=1)
LATER = fields.Date.add(fields.Date.today(), days=91)


@tagged("post_install", "-at_install")
class TestGuards(ReviewCase, GuardTable):
    """Nobody puts a review off, and nobody decides for somebody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Somebody may give away rights that this addon does not.
        rights = dict.fromkeys(("perm_read", "perm_write", "perm_create", "perm_unlink"), True)
        for name in ("retail.review.item", "retail.review.line"):
            model, group = cls.env["ir.model"]._get_id(name), cls.env.ref("base.group_user").id
            cls.env["ir.model.access"].create({"name": name, "model_id": model, "group_id": group, **rights})

    guards = (
        Guard(
            name="put_off_by_hand",
            model="retail.review.item",
            values={"due_at": LATER},
            record=lambda case: case.overdue(),
            create=lambda case: {"kind_id": case.kind.id, "res_id": 1 + case.new_rule("Not found yet").id},
            user=lambda case: case.other,
            proper=lambda case, record: case.review(record),
            buttons=("action_review_now", "action_open"),
            ways={**NOT_OUTSIDE, "archived": "whether it is at work is found, and guarded like the rest"},
        ),
        Guard(
            name="decided_by_hand",
            model="retail.review.line",
            values={"decision": "keep"},
            record=lambda case: case.overdue().line_ids,
            create=lambda case: {"item_id": case.item().id, "review_id": case.overdue().line_ids.review_id.id},
            user=lambda case: case.other,
            proper=lambda case, record: record.with_user(case.olga).action_keep(),
            buttons=("action_keep", "action_change", "action_switch_off", "action_open"),
            ways={**NOT_OUTSIDE, "archived": "it cannot be archived"},
        ),
    )

    def overdue(self):
        """An item whose review has begun, of another rule each time."""
        rule = self.new_rule("Order more")
        self.look()
        item = self.item(rule)
        guard.passing(item).due_at = YESTERDAY
        self.look()
        return item

    def review(self, item):
        item.line_ids.with_user(self.olga).action_keep()

    def test_reviews_and_decisions_stay(self):
        line = self.overdue().line_ids
        for record in (line, line.review_id):
            with self.assertRaises(UserError):
                record.unlink()
        with self.assertRaises(UserError):
            line.review_id.write({"ended_at": LATER})
