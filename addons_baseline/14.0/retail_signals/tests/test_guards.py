from odoo.addons.retail_base import guard as passes
from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import TODAY, SignalsCase


@tagged("post_install", "-at_install")
class TestGuards(SignalsCase, GuardTable):
    guards = (
        Guard(
            name="made_to_look_usual",
            model="retail.signal",
            values={"state": "ended"},
            record=lambda case: case.signal(),
            user=lambda case: case.emil,
            proper=lambda case, record: case.end(record),
            buttons=("action_right", "action_wrong"),
            ways={
                "create": "nobody has the right: the nightly job makes them",
                "pos": "a till knows no signals",
                "website": "the website knows no signals",
                "mail_gateway": "no alias makes signals",
                "archived": "signals are not archived",
                "other_company": "only who is at work in its company sees it",
            },
        ),
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.trust("returns_product")
        # Who runs server actions.
        cls.env.ref("base.user_admin").groups_id += cls.env.ref("retail_exceptions.group_exceptions")

    def signal(self):
        """About another product each time."""
        lamp = self.lamp.copy()
        values = {"kind_id": self.kind("returns_product").id, "company_id": self.company.id, "product_id": lamp.id}
        made = passes.passing(self.env["retail.signal"]).create({**values, "observed": 14})
        # Without the pass.
        return self.env["retail.signal"].browse(made.id)

    def end(self, _signal):
        self.look("returns_product", TODAY)

    def test_nobody_makes_or_deletes_one(self):
        signal = self.signal()
        with self.assertRaises(UserError):
            signal.with_user(self.emil).unlink()
        with self.assertRaisesRegex(UserError, "what the figures say"):
            signal.unlink()
        with self.assertRaises(AccessError):
            self.env["retail.signal"].with_user(self.emil).create({})

    def test_a_verdict_is_given_by_name_and_not_written(self):
        signal = self.signal().with_user(self.emil)
        with self.assertRaisesRegex(UserError, "what the figures say"):
            signal.write({"verdict": "wrong"})
        signal.write({"note": "A box was returned"})
        signal.action_right()
        self.assertEqual((signal.verdict, signal.judged_by), ("right", self.emil))

    def test_who_has_no_right_judges_nothing(self):
        stranger = self.env["res.users"].create({"name": "Stranger", "login": "stranger"})
        with self.assertRaises(AccessError):
            self.signal().with_user(stranger).action_wrong()

    def test_figures_of_days_are_added_and_never_changed(self):
        day = self.happened("trade", 1, product_id=self.lamp.id, events=1)
        for attempt in (lambda: day.write({"events": 0}), day.unlink):
            with self.assertRaisesRegex(UserError, "record of what was done"):
                attempt()
