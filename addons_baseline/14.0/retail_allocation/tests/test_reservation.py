from odoo.tests import tagged

from .common import AllocationCase


@tagged("post_install", "-at_install")
class TestReservation(AllocationCase):
    def setUp(self):
        super().setUp()
        self.web.only_in_stock = False

    def moves(self, *orders):
        return [order.picking_ids.move_lines for order in orders]

    def test_better_channels_first_then_who_ordered_first(self):
        late, early, best = self.order(2, self.wholesale), self.order(2, self.wholesale), self.order(2)
        for order in (late, early, best):
            order.action_confirm()
        late, early, best = self.moves(late, early, best)
        late.date, early.date, best.date = "2026-01-03", "2026-01-02", "2026-01-04"
        self.stock(3)
        (late | early | best)._action_assign()
        self.assertEqual([move.reserved_availability for move in (best, early, late)], [2, 1, 0])

    def test_deliveries_have_their_channels_priority(self):
        self.web.priority = "1"
        urgent, normal = self.order(1), self.order(1, self.wholesale)
        for order in (urgent, normal):
            order.action_confirm()
        self.assertEqual([move.priority for move in self.moves(urgent, normal)], ["1", "0"])
        self.assertEqual(urgent.picking_ids.move_lines.retail_channel_id, self.web)

    def test_the_scheduler_follows_it(self):
        self.web.priority = "1"
        normal, urgent = self.order(2, self.wholesale), self.order(2)
        for order in (normal, urgent):
            order.action_confirm()
        normal, urgent = self.moves(normal, urgent)
        normal.date, urgent.date = "2026-01-01", "2026-01-02"
        self.stock(2)
        self.env["procurement.group"].run_scheduler()
        self.assertEqual((urgent.reserved_availability, normal.reserved_availability), (2, 0))

    def test_what_others_are_kept_is_not_reserved(self):
        self.stock(10)
        self.reserve(self.web, 30)
        big = self.order(10, self.wholesale)
        big.action_confirm()
        self.assertEqual(big.picking_ids.move_lines.reserved_availability, 7)
        own = self.order(3)
        own.action_confirm()
        self.assertEqual(own.picking_ids.move_lines.reserved_availability, 3)
        big.picking_ids.action_assign()
        self.assertEqual(big.picking_ids.move_lines.reserved_availability, 7)

    def test_transfers_are_of_no_channel(self):
        self.stock(10)
        self.reserve(self.web, 30)
        move = self.env["stock.move"].create(
            {
                "name": "To the back",
                "product_id": self.lamp.id,
                "product_uom": self.lamp.uom_id.id,
                "product_uom_qty": 10,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.warehouse.wh_pack_stock_loc_id.id,
                "picking_type_id": self.warehouse.int_type_id.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        self.assertEqual(move.reserved_availability, 10)
