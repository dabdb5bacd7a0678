from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import AllocationCase


@tagged("post_install", "-at_install")
class TestReallocation(AllocationCase):
    def setUp(self):
        super().setUp()
        self.web.only_in_stock = False
        # Transactions of their own, within the test's.
        self.registry.enter_test_mode(self.cr)
        self.addCleanup(self.registry.leave_test_mode)

    def sold(self, quantity, channel=None, days_ago=0, due_in=5):
        """The move of an order that was confirmed some days ago, and is due some days from now."""
        order = self.order(quantity, channel)
        order.action_confirm()
        order.date_order = fields.Datetime.now() - timedelta(days=days_ago)
        move = order.picking_ids.move_lines
        move.date_deadline = fields.Datetime.now() + timedelta(days=due_in)
        return move

    def reallocate(self):
        self.env["base"].flush()
        self.env["stock.move"]._cron_reallocate()
        self.env.cache.invalidate()

    def reserved(self, *moves):
        return [move.reserved_availability for move in moves]

    def test_the_better_channel_gets_what_the_other_can_wait_for(self):
        self.stock(3)
        late, web = self.sold(3, self.wholesale, due_in=20), self.sold(2)
        late._action_assign()
        self.assertEqual(self.reserved(late, web), [3, 0])
        self.reallocate()
        self.assertEqual(self.reserved(late, web), [1, 2])
        told = late.sale_line_id.order_id.message_ids[0].body
        self.assertIn(f"2 of Lamp, which were reserved, go to {web.sale_line_id.order_id.name}", told)
        self.assertIn("taken over from", web.sale_line_id.order_id.message_ids[0].body)

    def test_not_what_is_needed_sooner(self):
        self.stock(3)
        soon, web = self.sold(3, self.wholesale, due_in=1), self.sold(2)
        soon._action_assign()
        self.reallocate()
        self.assertEqual(self.reserved(soon, web), [3, 0])

    def test_not_from_who_has_waited_long_enough(self):
        self.stock(3)
        old, web = self.sold(3, self.wholesale, days_ago=15, due_in=20), self.sold(2)
        old._action_assign()
        self.reallocate()
        self.assertEqual(self.reserved(old, web), [3, 0])
        self.wholesale.wait_days = 0
        self.reallocate()
        self.assertEqual(self.reserved(old, web), [1, 2])

    def test_who_has_waited_long_enough_gets_the_next_that_come(self):
        old, web = self.sold(2, self.wholesale, days_ago=15), self.sold(2)
        self.stock(2)
        (web | old)._action_assign()
        self.assertEqual(self.reserved(old, web), [2, 0])

    def test_never_from_a_better_or_the_same_channel(self):
        self.stock(2)
        for giver, taker in ((self.web, self.wholesale), (self.web, self.web)):
            first, second = self.sold(2, giver, due_in=20), self.sold(2, taker)
            first._action_assign()
            self.reallocate()
            self.assertEqual(self.reserved(first, second), [2, 0])
            (first | second).picking_id.action_cancel()

    def test_not_what_is_being_picked(self):
        self.stock(4)
        printed, picked = self.sold(2, self.wholesale, due_in=20), self.sold(2, self.wholesale, due_in=20)
        (printed | picked)._action_assign()
        printed.picking_id.printed = True
        picked.move_line_ids.qty_done = 1
        web = self.sold(2)
        self.reallocate()
        self.assertEqual(self.reserved(printed, picked, web), [2, 2, 0])

    def test_from_as_few_as_are_needed_who_can_wait_longest_first(self):
        self.stock(4)
        longest, long = self.sold(2, self.wholesale, due_in=30), self.sold(2, self.wholesale, due_in=20)
        (longest | long)._action_assign()
        web = self.sold(1)
        self.reallocate()
        self.assertEqual(self.reserved(longest, long, web), [1, 2, 1])

    def test_what_is_there_is_enough_for_all(self):
        self.stock(4)
        late, web = self.sold(2, self.wholesale, due_in=20), self.sold(2)
        late._action_assign()
        before = late.sale_line_id.order_id.message_ids
        self.reallocate()
        self.assertEqual(self.reserved(late), [2])
        self.assertEqual(late.sale_line_id.order_id.message_ids, before)
        web._action_assign()
        self.assertEqual(self.reserved(web), [2])

    def test_what_is_picked_for_a_delivery_is_of_its_channel(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.order(2)
        order.action_confirm()
        self.assertEqual(len(order.picking_ids), 2)
        self.assertEqual(order.picking_ids.move_lines.retail_channel_id, self.web)
