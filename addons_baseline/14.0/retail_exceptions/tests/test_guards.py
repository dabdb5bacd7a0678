from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import BoardCase


@tagged("post_install", "-at_install")
class TestGuards(BoardCase, GuardTable):
    guards = (
        Guard(
            name="resolved_by_hand",
            model="retail.exception",
            values={"state": "resolved"},
            record=lambda case: case.negative(),
            user=lambda case: case.emil,
            proper=lambda case, record: case.resolve(record),
            buttons=("action_take", "action_open_document"),
            ways={
                "create": "nobody has the right: detectors write by queries",
                "pos": "a till knows no exceptions",
                "website": "the website knows no exceptions",
                "mail_gateway": "no alias makes exceptions",
                "archived": "exceptions are not archived",
                "other_company": "only who is at work in its company sees it",
            },
        ),
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Who runs server actions.
        cls.env.ref("base.user_admin").groups_id += cls.env.ref("retail_exceptions.group_exceptions")

    def negative(self):
        """About another place each time."""
        place = self.stock.copy({"name": "Shelf"})
        self.move_goods(2, place, self.customers)
        known = self.detector("negative_stock").exception_ids
        return self.found("negative_stock") - known

    def resolve(self, found):
        place = self.env["stock.quant"].browse(found.res_id).location_id
        self.move_goods(2, self.vendors, place)
        self.found("negative_stock")

    def test_it_is_not_made_or_deleted_by_hand(self):
        found = self.negative()
        with self.assertRaises(UserError):
            found.with_user(self.emil).unlink()
        with self.assertRaises(AccessError):
            self.env["retail.exception"].with_user(self.emil).create({})
        with self.assertRaisesRegex(UserError, "goes when its cause is gone"):
            found.unlink()
        with self.assertRaisesRegex(UserError, "goes when its cause is gone"), self.cr.savepoint():
            self.env["retail.exception"].create(
                {"detector_id": found.detector_id.id, "key": "x", "severity": "1", "state": "open"}
            )

    def test_people_say_who_and_until_when(self):
        found = self.negative().with_user(self.emil)
        found.write({"user_id": self.emil.id, "note": "Ordered", "accepted_until": "2030-01-01"})
        self.assertEqual(found.note, "Ordered")
