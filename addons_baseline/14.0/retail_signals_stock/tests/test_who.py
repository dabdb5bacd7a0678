from datetime import timedelta

from odoo import fields
from odoo.addons.retail_stock_control.tests.common import StoreCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestWho(StoreCase):
    def setUp(self):
        super().setUp()
        self.limit.max_value = 0

    def who(self):
        """People by the day's figures of the lamp, without those that were taken back."""
        days = self.env["retail.signal.day"]
        days._append(fields.Date.today() + timedelta(days=1))
        rows = days.search([("measure", "=", "adjusted"), ("product_id", "=", self.lamp.id)])
        self.assertTrue(rows)
        people = rows.mapped("user_id")
        return people.filtered(lambda user: sum(rows.filtered(lambda r: r.user_id == user).mapped("events")) > 0)

    def test_a_count_above_the_limit_is_whose_who_counted(self):
        count = self.count({self.lamp: 4})
        count.action_validate()
        self.approve(count)
        self.assertEqual((count.state, self.on_hand()), ("done", 4))
        self.assertEqual(count.move_ids.create_uid, self.boss, "it is the approver who moves it")
        self.assertEqual(self.who(), self.counter)

    def test_submitted_by_somebody_else_it_is_still_whose_who_counted(self):
        count = self.count({self.lamp: 4})
        count.with_user(self.manager).action_validate()
        self.approve(count)
        self.assertEqual(self.who(), self.counter)

    def test_a_scrap_is_whose_who_submitted_it(self):
        scrap = self.env["stock.scrap"].with_user(self.counter)
        scrap = scrap.create(
            {
                "product_id": self.lamp.id,
                "product_uom_id": self.lamp.uom_id.id,
                "location_id": self.shelf.id,
                "scrap_qty": 2,
                "reason_id": self.env.ref("retail_stock_control.reason_damaged").id,
            }
        )
        scrap.action_validate()
        self.approve(scrap)
        scrap.with_user(self.manager).action_validate()
        self.assertEqual((scrap.state, scrap.move_id.create_uid), ("done", self.manager))
        self.assertEqual(self.who(), self.counter)

    def test_what_no_register_knows_is_whose_who_moved_it(self):
        count = self.count({self.lamp: 4})
        count.action_validate()
        self.approve(count)
        move = count.move_ids
        self.env["base"].flush()
        self.cr.execute("UPDATE retail_adjustment_entry SET move_id = NULL WHERE move_id = %s", (move.id,))
        self.assertEqual(self.who(), self.boss)
