from functools import partial

from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import StoresCase

AS_ADMINISTRATOR = "whoever may write code works for all stores; the superuser is no store's person"


@tagged("post_install", "-at_install")
class TestOwnStock(StoresCase, GuardTable):
    guards = (
        Guard(
            name="transfer_of_another_store",
            model="stock.picking",
            values={"origin": "taken over"},
            record=lambda case: case.neighbours_transfer(),
            create=lambda case: case.transfer_values(
                case.tours.int_type_id, case.tours.lot_stock_id, case.tours.lot_stock_id
            ),
            user=lambda case: case.manager,
            proper=lambda case, record: record.with_user(case.neighbour).write({"origin": "taken over"}),
            buttons=("action_confirm", "action_assign", "action_cancel", "button_validate", "unlink"),
            ways={
                "import": lambda case, record: case.load_origin(record),
                "server_action": AS_ADMINISTRATOR,
                "cron": AS_ADMINISTRATOR,
                "pos": "a till makes the transfers of its own warehouse; see TestOwnTills",
                "website": "visitors have no access to transfers, and the shop's own are made as superuser",
                "mail_gateway": "no alias makes transfers",
                "archived": "transfers are not archived",
            },
            # A record rule has no switch.
            off=None,
        ),
        Guard(
            name="goods_of_another_store",
            model="stock.move",
            values={"origin": "taken over"},
            record=lambda case: case.neighbours_transfer().move_lines,
            create=lambda case: case.taking_values(),
            user=lambda case: case.manager,
            proper=lambda case, record: record.with_user(case.neighbour).write({"origin": "taken over"}),
            buttons=("unlink",),
            ways={
                "import": lambda case, record: case.load_origin(record),
                "server_action": AS_ADMINISTRATOR,
                "cron": AS_ADMINISTRATOR,
                "pos": "a till takes goods of its own warehouse; see TestOwnTills",
                "website": "visitors have no access to moves",
                "mail_gateway": "no alias makes moves",
                "archived": "moves are not archived",
            },
            # A record rule has no switch.
            off=None,
        ),
    )

    def neighbours_transfer(self):
        here = self.tours.lot_stock_id
        return self.transfer(self.tours.int_type_id, here, here)

    def taking_values(self):
        """Goods of Tours brought to Blois, as an operation of Blois."""
        values = self.transfer_values(self.blois.int_type_id, self.tours.lot_stock_id, self.blois.lot_stock_id)
        return {**values["move_lines"][0][2], "picking_type_id": self.blois.int_type_id.id}

    def load_origin(self, record):
        record.with_user(self.manager).load([".id", "origin"], [[str(record.id), "taken over"]])

    def refused(self, attempt):
        with self.assertRaises(UserError) as caught, self.cr.savepoint():
            attempt()
            self.env["base"].flush()
        return str(caught.exception)

    def test_own_transfers_are_done_from_end_to_end(self):
        transfer = self.transfer(
            self.blois.out_type_id,
            self.blois.lot_stock_id,
            self.env.ref("stock.stock_location_customers"),
            user=self.manager,
        )
        transfer.action_confirm()
        transfer.action_assign()
        transfer.move_lines.quantity_done = 1
        transfer.button_validate()
        self.assertEqual(transfer.state, "done")
        self.assertFalse(self.env["stock.picking"].with_user(self.neighbour).search([("id", "=", transfer.id)]))

    def test_a_supervisor_counts_in_own_warehouses_only(self):
        inventories = self.env["stock.inventory"].with_user(self.supervisor)
        for warehouse, allowed in ((self.tours, False), (self.dc, True)):
            values = {
                "name": "Count",
                "location_ids": [(6, 0, warehouse.lot_stock_id.ids)],
                "product_ids": [(6, 0, self.lamp.ids)],
            }
            if not allowed:
                self.refused(partial(inventories.create, values))
                continue
            inventory = inventories.create(values)
            inventory.action_start()
            inventory.line_ids.product_qty = 90
            inventory.action_validate()
            self.assertEqual(self.lamp.with_context(warehouse=self.dc.id).qty_available, 90)
        quants = self.env["stock.quant"].with_user(self.supervisor).with_context(inventory_mode=True)
        there = {
            "product_id": self.lamp.id, "location_id": self.tours.lot_stock_id.id, "inventory_quantity": 1.0,
        }  # fmt: skip
        self.refused(lambda: quants.create(there))
        scrap = {"product_id": self.lamp.id, "product_uom_id": self.lamp.uom_id.id}
        scraps = self.env["stock.scrap"].with_user(self.manager)
        scraps.create({**scrap, "location_id": self.blois.lot_stock_id.id}).action_validate()
        self.refused(lambda: scraps.create({**scrap, "location_id": self.tours.lot_stock_id.id}))

    def test_goods_from_the_central_warehouse_arrive(self):
        group = self.env["procurement.group"]
        route = self.blois.resupply_route_ids
        self.lamp.route_ids = route
        group.run(
            [
                group.Procurement(
                    self.lamp, 4, self.lamp.uom_id, self.blois.lot_stock_id, "Blois", "Blois", self.env.company,
                    {"warehouse_id": self.blois, "route_ids": route},
                )
            ]
        )  # fmt: skip
        sent = self.env["stock.picking"].search([("picking_type_id", "=", self.dc.out_type_id.id)])
        sent = sent.filtered(lambda each: each.move_lines.product_id == self.lamp)
        received = sent.move_lines.move_dest_ids.picking_id
        self.assertTrue(sent and received)
        for done, user in ((sent, self.supervisor), (received, self.manager)):
            picking = done.with_user(user)
            picking.action_assign()
            picking.move_lines.quantity_done = 4
            picking.button_validate()
            self.assertEqual(picking.state, "done")
            self.anew()
        self.assertEqual(self.lamp.with_context(warehouse=self.blois.id).qty_available, 104)

    def test_who_sends_may_cancel_and_who_waits_is_set_free(self):
        transit = self.env.company.internal_transit_location_id
        sent = self.transfer(self.blois.out_type_id, self.blois.lot_stock_id, transit)
        awaited = self.transfer(self.tours.in_type_id, transit, self.tours.lot_stock_id)
        awaited.move_lines.move_orig_ids = sent.move_lines
        (sent | awaited).action_confirm()
        self.anew()
        self.refused(awaited.with_user(self.manager).action_cancel)
        sent.with_user(self.manager).action_cancel()
        self.anew()
        self.assertEqual(sent.state, "cancel")
        self.assertFalse(awaited.move_lines.move_orig_ids)

    def test_the_receiving_store_sees_what_comes_and_cannot_change_it(self):
        transfer = self.transfer(self.tours.int_type_id, self.tours.lot_stock_id, self.blois.lot_stock_id)
        self.anew()
        seen = transfer.with_user(self.manager)
        self.assertEqual(seen.search([("id", "=", transfer.id)]), transfer)
        self.assertTrue(seen.read(["name", "state", "picking_type_code", "show_operations"]))
        message = self.refused(lambda: seen.write({"origin": "hurry"}))
        self.assertIn("a store that you do not work for. Your stores: Blois.", message)

    def test_a_transfer_is_not_turned_into_another_stores(self):
        own = self.transfer(self.blois.int_type_id, self.blois.lot_stock_id, self.blois.lot_stock_id)
        own = own.with_user(self.manager)
        self.anew()
        self.refused(lambda: own.write({"picking_type_id": self.tours.int_type_id.id}))
        self.refused(lambda: own.write({"location_id": self.tours.lot_stock_id.id}))
        self.refused(lambda: own.move_lines.write({"location_id": self.tours.lot_stock_id.id}))
        own.action_confirm()
        own.action_assign()
        self.refused(lambda: own.move_line_ids.write({"location_id": self.tours.lot_stock_id.id}))

    def test_what_all_stores_have_is_seen_by_all(self):
        lamp = self.lamp.with_user(self.manager)
        self.assertEqual(lamp.with_context(warehouse=self.tours.id).qty_available, 100)
        there = [("location_id", "=", self.tours.lot_stock_id.id), ("product_id", "=", lamp.id)]
        self.assertTrue(self.env["stock.quant"].with_user(self.manager).search(there))

    def test_a_count_of_two_stores_is_finished_by_whoever_works_for_both(self):
        both = self.dc | self.tours
        inventory = self.env["stock.inventory"].create(
            {
                "name": "Both",
                "location_ids": [(6, 0, both.lot_stock_id.ids)],
                "product_ids": [(6, 0, self.lamp.ids)],
            }
        )
        inventory.action_start()
        self.anew()
        self.refused(inventory.with_user(self.supervisor).action_validate)
        self.refused(inventory.with_user(self.manager).read)
        self.supervisor.retail_warehouse_ids = both
        self.anew()
        inventory.with_user(self.supervisor).action_validate()
        self.assertEqual(inventory.state, "done")

    def test_purchase_orders_are_seen_where_the_goods_come(self):
        vendor = self.env["res.partner"].create({"name": "Vendor"})
        line = {
            "name": "Lamp", "product_id": self.lamp.id, "product_qty": 3.0, "product_uom": self.lamp.uom_id.id,
            "price_unit": 5.0, "date_planned": "2026-12-01 10:00:00",
        }  # fmt: skip
        values = {
            "partner_id": vendor.id, "picking_type_id": self.dc.in_type_id.id, "order_line": [(0, 0, line)],
        }  # fmt: skip
        order = self.env["purchase.order"].with_user(self.buyer).create(values)
        order.button_confirm()
        self.anew()
        for user, sees in ((self.supervisor, True), (self.manager, False), (self.buyer, True)):
            found = self.env["purchase.order.line"].with_user(user).search([("order_id", "=", order.id)])
            self.assertEqual(bool(found), sees, user.name)
        receipt = order.picking_ids.with_user(self.supervisor)
        receipt.move_lines.quantity_done = 3
        receipt.button_validate()
        self.anew()
        self.assertEqual(order.order_line.qty_received, 3)

    def test_reordering_rules_of_own_stores(self):
        values = {"product_id": self.lamp.id, "product_min_qty": 1.0, "product_max_qty": 5.0}
        points = self.env["stock.warehouse.orderpoint"].with_user(self.manager)
        own = points.create({**values, "warehouse_id": self.blois.id, "location_id": self.blois.lot_stock_id.id})
        theirs = points.sudo().create(
            {**values, "warehouse_id": self.tours.id, "location_id": self.tours.lot_stock_id.id}
        )
        self.anew()
        self.assertEqual(points.search([("id", "in", (own | theirs).ids)]), own)
        self.refused(lambda: own.write({"warehouse_id": self.tours.id, "location_id": self.tours.lot_stock_id.id}))
        buyers = points.with_user(self.buyer)
        self.assertEqual(buyers.search([("id", "in", (own | theirs).ids)]), own | theirs)

    def test_somebody_without_a_store_is_told_so(self):
        nobody = self.person("nowhere", "store_manager")
        transfer = self.transfer(self.blois.int_type_id, self.blois.lot_stock_id, self.blois.lot_stock_id)
        self.anew()
        with self.assertRaisesRegex(AccessError, "Your stores: none yet"):
            transfer.with_user(nobody).read(["origin"])
