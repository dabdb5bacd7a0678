from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import StoreCase


@tagged("post_install", "-at_install")
class TestScraps(StoreCase):
    def scrap(self, units, user=None, **values):
        return (
            self.env["stock.scrap"]
            .with_user(user or self.counter)
            .create(
                {
                    "product_id": self.lamp.id,
                    "product_uom_id": self.lamp.uom_id.id,
                    "location_id": self.shelf.id,
                    "scrap_qty": units,
                    "reason_id": self.env.ref("retail_stock_control.reason_damaged").id,
                    **values,
                }
            )
        )

    def test_within_limits_with_a_reason(self):
        scrap = self.scrap(2)
        scrap.action_validate()
        self.assertEqual((scrap.state, self.on_hand()), ("done", 8))
        entry = scrap.adjustment_entry_ids
        self.assertEqual((entry.units, entry.value, entry.move_id), (-2, -20, scrap.move_id))

    def test_without_a_reason(self):
        scrap = self.scrap(2, user=self.manager, reason_id=False)
        with self.assertRaisesRegex(UserError, "Give a reason"):
            scrap.action_validate()
        self.assertEqual(self.on_hand(), 10)

    def test_above_the_limit_it_waits_and_is_validated_again(self):
        self.limit.max_value = 0
        scrap = self.scrap(2)
        scrap.action_validate()
        self.assertEqual((scrap.state, scrap.approval_state, self.on_hand()), ("draft", "pending", 10))
        with self.assertRaises(AccessError):
            scrap.action_approval_approve()
        self.approve(scrap)
        scrap.action_validate()
        self.assertEqual((scrap.state, self.on_hand()), ("done", 8))
        self.assertFalse(scrap.adjustment_entry_ids.within_limits)

    def test_more_than_what_was_approved_is_not_scrapped(self):
        self.limit.max_value = 0
        scrap = self.scrap(2)
        scrap.action_validate()
        self.approve(scrap)
        scrap.scrap_qty = 5
        with self.assertRaisesRegex(UserError, "changed after it was approved"):
            scrap.action_validate()

    def test_submitted_beforehand_it_does_not_get_past_the_limit(self):
        self.limit.max_value = 50
        first, second = self.scrap(3), self.scrap(3)
        first.action_approval_submit()
        second.action_approval_submit()
        first.action_validate()
        second.action_validate()
        self.assertEqual((first.state, second.state), ("done", "draft"))
        self.assertEqual(second.approval_state, "pending")

    def test_more_than_there_is_needs_a_second_look_of_core_and_a_reason(self):
        self.limit.max_value = 1000
        scrap = self.scrap(15, reason_id=False)
        action = scrap.action_validate()
        self.assertEqual(action["res_model"], "stock.warn.insufficient.qty.scrap")
        wizard = self.env[action["res_model"]].with_user(self.counter).with_context(**action["context"]).create({})
        with self.assertRaisesRegex(UserError, "Give a reason"):
            wizard.action_done()

    def test_scraps_of_what_is_not_kept_in_stock_need_a_reason_too(self):
        bag = self.product("Bag", 0.1, on_hand=0, type="consu")
        scrap = self.scrap(1, product_id=bag.id, reason_id=False)
        with self.assertRaisesRegex(UserError, "Give a reason"):
            scrap.action_validate()
        scrap.reason_id = self.reason
        scrap.action_validate()
        self.assertEqual(scrap.state, "done")

    def test_into_a_location_of_ours_stock_is_not_lost(self):
        corner = self.env["stock.location"].create(
            {
                "name": "Corner",
                "usage": "internal",
                "scrap_location": True,
                "location_id": self.warehouse.view_location_id.id,
            }
        )
        scrap = self.scrap(2, scrap_location_id=corner.id)
        scrap.action_validate()
        self.assertEqual(scrap.state, "done")
        self.assertFalse(scrap.adjustment_entry_ids)
