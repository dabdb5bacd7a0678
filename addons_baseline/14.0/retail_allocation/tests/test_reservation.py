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

    def transfer(self, quantity, target, **values):
        """From the warehouse's stock, and what can be reserved of it is."""
        move = self.env["stock.move"].create(
            {
                "name": "Transfer",
                "product_id": self.lamp.id,
                "product_uom": self.lamp.uom_id.id,
                "product_uom_qty": quantity,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": target.id,
                "picking_type_id": self.warehouse.int_type_id.id,
                **values,
            }
        )
        move._action_confirm()
        move._action_assign()
        return move

    def test_transfers_within_the_warehouse_are_of_no_channel(self):
        self.stock(10)
        self.reserve(self.web, 30)
        move = self.transfer(10, self.warehouse.wh_pack_stock_loc_id)
        self.assertEqual(move.reserved_availability, 10)

    def test_what_a_store_is_supplied_with_leaves_what_others_are_kept(self):
        self.stock(10)
        self.reserve(self.web, 30)
        store = self.env["stock.warehouse"].create(
            {"name": "Store", "code": "STO", "resupply_wh_ids": [(6, 0, self.warehouse.ids)]}
        )
        group = self.env["procurement.group"]
        wanted = {"route_ids": store.resupply_route_ids, "warehouse_id": store, "company_id": store.company_id}
        place = store.lot_stock_id
        group.run(
            [group.Procurement(self.lamp, 10, self.lamp.uom_id, place, "Store", "Store", place.company_id, wanted)]
        )
        sent = self.env["stock.move"].search(
            [("product_id", "=", self.lamp.id), ("location_id", "=", self.warehouse.lot_stock_id.id)]
        )
        sent._action_assign()
        self.assertEqual((sent.location_dest_id.usage, sent.reserved_availability), ("transit", 7))
        own = self.order(3)
        own.action_confirm()
        self.assertEqual(own.picking_ids.move_lines.reserved_availability, 3)

    def test_and_so_does_what_is_only_picked_for_it(self):
        self.stock(10)
        self.reserve(self.web, 30)
        transit = self.warehouse.company_id.internal_transit_location_id
        onward = self.env["stock.move"].create(
            {
                "name": "Onward",
                "product_id": self.lamp.id,
                "product_uom": self.lamp.uom_id.id,
                "product_uom_qty": 10,
                "location_id": self.warehouse.wh_output_stock_loc_id.id,
                "location_dest_id": transit.id,
                "procure_method": "make_to_order",
            }
        )
        link = {"move_dest_ids": [(4, onward.id)]}
        picked = self.transfer(10, self.warehouse.wh_output_stock_loc_id, **link)
        self.assertEqual(picked.reserved_availability, 7)

    def test_what_stores_are_kept_is_there_for_their_supply(self):
        stores = self.env.ref("retail_allocation.channel_store")
        self.stock(10)
        self.reserve(stores, 50)
        self.transfer(3, self.warehouse.company_id.internal_transit_location_id)
        own = self.order(10)
        own.action_confirm()
        self.assertEqual(own.picking_ids.move_lines.reserved_availability, 5, "two are still kept for stores")

    def test_nothing_is_kept_from_what_goes_back_or_is_thrown_away(self):
        self.stock(10)
        self.reserve(self.web, 30)
        back = self.transfer(10, self.env.ref("stock.stock_location_suppliers"))
        self.assertEqual(back.reserved_availability, 10)
