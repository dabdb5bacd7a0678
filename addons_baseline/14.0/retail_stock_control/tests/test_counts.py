from odoo.addons.retail_base import guard
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..hooks import post_init_hook
from .common import StoreCase


@tagged("post_install", "-at_install")
class TestCounts(StoreCase):
    def test_within_limits_a_stock_user_posts_it(self):
        count = self.count({self.lamp: 8})
        self.assertIs(count.action_validate(), True)
        self.assertEqual((count.state, self.on_hand()), ("done", 8))
        entry = count.adjustment_entry_ids
        self.assertEqual((entry.units, entry.value, entry.expected), (-2, -20, 10))
        self.assertEqual(
            (entry.reason_id, entry.user_id, entry.warehouse_id), (self.reason, self.counter, self.warehouse)
        )
        self.assertTrue(entry.within_limits)
        self.assertEqual(entry.move_id, count.move_ids)
        value = self.env["stock.valuation.layer"].search([("stock_move_id", "=", entry.move_id.id)]).value
        self.assertEqual(value, -20)

    def test_above_the_limit_it_waits_for_somebody_else(self):
        count = self.count({self.lamp: 1000}, user=self.manager)
        action = count.action_validate()
        self.assertEqual((action["res_model"], action["res_id"]), ("stock.inventory", count.id))
        self.assertEqual((count.approval_state, self.on_hand()), ("pending", 10))
        self.approve(count)
        self.assertEqual((count.state, self.on_hand()), ("done", 1000))
        self.assertFalse(count.adjustment_entry_ids.within_limits)

    def test_whoever_counted_does_not_approve(self):
        count = self.count({self.lamp: 1000}, user=self.boss)
        count.with_user(self.counter).action_validate()
        with self.assertRaisesRegex(AccessError, "second person"):
            self.approve(count)
        other = new_test_user(self.env, "bea", groups="retail_stock_control.group_difference_approver")
        count.with_user(other).action_approval_approve()
        self.assertEqual(count.state, "done")

    def test_counting_again_does_not_hide_who_counted_before(self):
        count = self.count({self.lamp: 1000}, user=self.boss)
        count.with_user(self.counter).line_ids.product_qty = 1001
        self.assertEqual(set(count.count_entry_ids.mapped("quantity")), {1000, 1001})
        count.with_user(self.counter).action_validate()
        with self.assertRaisesRegex(AccessError, "second person"):
            self.approve(count)

    def test_a_difference_needs_a_reason(self):
        count = self.count({self.lamp: 8}, reason_id=False)
        with self.assertRaisesRegex(UserError, "Give a reason for .*Lamp"):
            count.action_validate()
        count.line_ids.reason_id = self.reason
        count.action_validate()
        self.assertEqual(count.state, "done")

    def test_what_agrees_needs_none(self):
        count = self.count({self.lamp: 10}, reason_id=False)
        count.action_validate()
        self.assertEqual((count.state, count.adjustment_entry_ids.ids), ("done", []))

    def test_a_reason_may_need_a_note_and_a_second_person(self):
        count = self.count({self.lamp: 9}, reason_id=self.env.ref("retail_stock_control.reason_theft").id)
        with self.assertRaisesRegex(UserError, "Say in a note what happened to .*Lamp"):
            count.action_validate()
        count.line_ids.note = "Seen on camera"
        count.action_validate()
        self.assertEqual(count.approval_state, "pending")
        self.approve(count)
        self.assertEqual(count.adjustment_entry_ids.note, "Seen on camera")

    def test_what_waits_is_not_changed(self):
        count = self.count({self.lamp: 1000})
        count.action_validate()
        for change in (
            lambda: count.line_ids.write({"product_qty": 2000}),
            count.line_ids.action_refresh_quantity,
            count.line_ids.action_reset_product_qty,
            count.with_user(self.manager).line_ids.unlink,
        ):
            with self.assertRaisesRegex(UserError, "Withdraw it first"), self.cr.savepoint():
                change()
        count.action_approval_withdraw()
        count.line_ids.product_qty = 11
        count.action_validate()
        self.assertEqual((count.state, self.on_hand()), ("done", 11))

    def test_a_reason_changed_after_submitting_is_not_approved(self):
        count = self.count({self.lamp: 1000})
        count.action_validate()
        count.reason_id = self.env.ref("retail_stock_control.reason_damaged")
        with self.assertRaisesRegex(UserError, "changed after it was submitted"):
            self.approve(count)

    def test_what_was_sold_between_count_and_approval_stays_sold(self):
        count = self.count({self.lamp: 1000})
        count.action_validate()
        self.put(self.lamp, -3)
        self.approve(count)
        self.assertEqual(self.on_hand(), 997)

    def test_what_was_sold_before_counting_is_not_missing(self):
        count = self.count()
        self.put(self.lamp, -3)
        count.line_ids.product_qty = 7
        count.action_validate()
        self.assertEqual((self.on_hand(), count.adjustment_entry_ids.ids), (7, []))

    def test_two_counts_of_the_same_correct_it_once(self):
        first, second, third = (self.count({self.lamp: 8}) for _each in range(3))
        self.limit.max_value = 0
        second.action_validate()
        self.limit.max_value = 100
        first.action_validate()
        with self.assertRaisesRegex(UserError, "count it again: .*Lamp"):
            self.approve(second)
        with self.assertRaisesRegex(UserError, "count it again: .*Lamp"):
            third.action_validate()
        third.line_ids.product_qty = 8
        third.action_validate()
        self.assertEqual((third.state, self.on_hand()), ("done", 8))

    def test_a_scrap_does_not_overtake_a_count(self):
        count = self.count({self.lamp: 8})
        reason = self.env.ref("retail_stock_control.reason_damaged")
        scrap = {"product_id": self.lamp.id, "product_uom_id": self.lamp.uom_id.id, "location_id": self.shelf.id}
        self.env["stock.scrap"].create({**scrap, "scrap_qty": 1, "reason_id": reason.id}).action_validate()
        count.action_validate()
        self.assertEqual(self.on_hand(), 7)

    def test_the_books_are_not_told_what_to_say(self):
        count = self.count({self.lamp: 13})
        count.line_ids.write({"theoretical_qty": 13})
        self.assertEqual(count.line_ids.theoretical_qty, 10)
        other = self.product("Shade", 5.0)
        values = {"inventory_id": count.id, "product_id": other.id, "location_id": self.shelf.id}
        line = self.env["stock.inventory.line"].with_user(self.counter)
        made = line.create({**values, "product_qty": 99, "theoretical_qty": 98})
        self.assertEqual((made.theoretical_qty, made.counted), (10, True))

    def test_another_unit_is_measured_in_the_products_own(self):
        count = self.count({self.lamp: 2})
        count.line_ids.product_uom_id = self.env.ref("uom.product_uom_dozen")
        self.assertAlmostEqual(count.line_ids.theoretical_qty, 10 / 12, places=1)
        difference = count.line_ids._differences()[0]
        self.assertAlmostEqual(difference.units, 14, delta=0.1)

    def test_a_lot_is_needed_to_correct_what_has_lots(self):
        cheese = self.product("Cheese", 2.0, on_hand=0, tracking="lot")
        count = self.count({cheese: 3})
        with self.assertRaisesRegex(UserError, "lot or serial number of .*Cheese"):
            count.action_validate()
        lot = self.env["stock.production.lot"].create(
            {"name": "L1", "product_id": cheese.id, "company_id": self.env.company.id}
        )
        count.line_ids.prod_lot_id = lot
        count.action_validate()
        self.assertEqual((count.state, count.adjustment_entry_ids.lot_id), ("done", lot))

    def test_a_posted_count_stays_as_it_is(self):
        count = self.count({self.lamp: 8})
        count.action_validate()
        with self.assertRaisesRegex(UserError, "is posted"):
            count.line_ids.product_qty = 10
        with self.assertRaises(UserError):
            count.action_validate()
        with self.assertRaises(UserError), self.cr.savepoint():
            count.with_user(self.manager).action_cancel_draft()
        self.assertEqual((count.state, self.on_hand()), ("done", 8))
        for record in (count.adjustment_entry_ids, count.count_entry_ids):
            with self.assertRaisesRegex(UserError, "record of what was done"):
                record.sudo().write({"product_id": self.product("Other", 1.0).id})

    def test_giving_up_withdraws_the_request(self):
        count = self.count({self.lamp: 1000})
        count.action_validate()
        count.with_user(self.manager).action_cancel_draft()
        self.assertEqual((count.state, count.approval_state), ("draft", "draft"))
        self.assertEqual(count.approval_request_ids.state, "withdrawn")

    def test_what_was_posted_before_counts_and_what_was_not_does_not(self):
        posted, open_ = self.count({self.lamp: 9}), self.count({self.product("Vase", 1.0): 9})
        posted.action_validate()
        guard.passing(posted.sudo()).approval_state = "draft"
        ready, self.registry.ready = self.registry.ready, False
        try:
            post_init_hook(self.cr, self.registry)
        finally:
            self.registry.ready = ready
        self.assertEqual((posted.approval_state, open_.approval_state), ("approved", "draft"))
