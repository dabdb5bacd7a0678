from odoo.api import call_kw
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import StoreCase


@tagged("post_install", "-at_install")
class TestBlind(StoreCase):
    def setUp(self):
        super().setUp()
        self.blind = self.count(blind=True)
        self.line = self.blind.line_ids

    def seen(self, user=None):
        lines = self.line.with_user(user or self.counter)
        return call_kw(lines.browse(), "read", [lines.ids, ["theoretical_qty", "difference_qty", "outdated"]], {})[
            0
        ]

    def test_it_begins_at_zero_and_shows_nothing(self):
        self.assertEqual((self.line.product_qty, self.line.counted), (0, False))
        for user in (self.counter, self.manager):
            self.assertEqual(self.seen(user)["theoretical_qty"], False)
            self.assertEqual(self.seen(user)["difference_qty"], False)

    def test_other_ways_to_read_show_nothing_either(self):
        lines = self.env["stock.inventory.line"].with_user(self.counter)
        found = lines.search_read([("id", "=", self.line.id)], ["theoretical_qty"])
        self.assertEqual(found[0]["theoretical_qty"], False)
        total = lines.read_group([("id", "=", self.line.id)], ["theoretical_qty:sum"], [])
        self.assertFalse(total[0]["theoretical_qty"])
        total = lines.read_group([("id", "=", self.line.id)], ["all:sum(theoretical_qty)"], [])
        self.assertFalse(total[0]["all"])
        with self.assertRaisesRegex(UserError, "blind count"):
            self.line.export_data(["product_id/id", "theoretical_qty"])

    def test_nor_does_it_answer_questions_about_it(self):
        lines = self.env["stock.inventory.line"].with_user(self.counter)
        this = ("id", "=", self.line.id)
        for asked in (("theoretical_qty", "=", 10), ("difference_qty", "=", -10), ("theoretical_qty", "!=", 9)):
            self.assertFalse(lines.search([this, asked]))
            self.assertFalse(lines.search_count([this, asked]))
            self.assertFalse(lines.search(["!", "!", "&", this, asked]))
            self.assertFalse(lines.read_group([this, asked], ["product_qty"], ["product_id"]))
        self.assertFalse(lines.search([this], order="theoretical_qty desc"))
        self.assertFalse(lines.read_group([this], [], ["theoretical_qty"]))
        self.assertTrue(lines.search([this], order="product_qty"))
        counts = self.env["stock.inventory"].with_user(self.counter)
        self.assertFalse(counts.search([("id", "=", self.blind.id), ("line_ids.theoretical_qty", "=", 10)]))

    def test_who_counted_or_submitted_sees_it_only_when_it_is_posted(self):
        self.limit.max_value = 0
        self.line.product_qty = 8
        self.blind.with_user(self.manager).action_validate()
        self.assertEqual(self.blind.approval_state, "pending")
        for user in (self.counter, self.manager):
            self.assertEqual(self.seen(user)["theoretical_qty"], False)
            asked = [("id", "=", self.line.id), ("theoretical_qty", "=", 10)]
            self.assertFalse(self.env["stock.inventory.line"].with_user(user).search(asked))
        self.assertEqual(self.seen(self.boss)["theoretical_qty"], 10)
        self.approve(self.blind)
        for user in (self.counter, self.manager):
            self.assertEqual(self.seen(user)["theoretical_qty"], 10)
            self.assertTrue(self.env["stock.inventory.line"].with_user(user).search(asked))

    def test_every_line_has_to_be_counted(self):
        with self.assertRaisesRegex(UserError, "Not counted yet: .*Lamp"):
            self.blind.action_validate()
        self.line.counted = True
        self.blind.action_validate()
        self.assertEqual(self.blind.approval_state, "approved", "ten lamps are at the limit, not above")
        self.assertEqual(self.on_hand(), 0)

    def test_the_rest_is_not_there(self):
        self.put(self.lamp, -4)
        self.blind.action_rest_is_zero()
        self.assertTrue(self.line.counted)
        self.assertEqual(self.blind.count_entry_ids.user_id, self.counter)
        self.blind.action_validate()
        self.assertEqual(self.blind.adjustment_entry_ids.units, -6, "what was sold before is not missing")

    def test_it_is_shown_when_it_has_been_submitted(self):
        self.limit.max_value = 0
        self.line.product_qty = 8
        self.blind.action_validate()
        self.assertEqual(self.seen(self.boss)["theoretical_qty"], 10)
        self.assertEqual(self.seen(self.boss)["difference_qty"], -2)

    def test_it_stays_blind(self):
        for nothing in (False, 0, None):
            with self.assertRaisesRegex(UserError, "stays blind"):
                self.blind.with_user(self.manager).write({"blind": nothing})

    def test_an_open_count_shows_what_the_books_say(self):
        self.line = self.count({self.product("Bowl", 1.0): 10}).line_ids
        self.assertEqual(self.seen()["theoretical_qty"], 10)
