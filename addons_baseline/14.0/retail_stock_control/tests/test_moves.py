from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import StoreCase


@tagged("post_install", "-at_install")
class TestMoves(StoreCase):
    """Ways that end in a stock move, tried by a stock manager."""

    def move(self, source, target, units=1.0, **values):
        move = self.env["stock.move"].with_user(self.manager).create(
            {
                "name": "Around it",
                "product_id": self.lamp.id,
                "product_uom": self.lamp.uom_id.id,
                "product_uom_qty": units,
                "location_id": source.id,
                "location_dest_id": target.id,
                **values,
            }
        )  # fmt: skip
        move._action_confirm()
        move.quantity_done = units
        return move

    def transfer(self, source, target):
        move = self.move(source, target, picking_type_id=self.warehouse.int_type_id.id)
        self.assertTrue(move.picking_id)
        return move.picking_id

    def refused(self, attempt):
        with self.assertRaisesRegex(UserError, "cannot be changed like this"), self.cr.savepoint():
            attempt()
        self.env.cache.invalidate()
        self.assertEqual(self.on_hand(), 10)

    def test_a_transfer_to_nowhere_and_from_there(self):
        for source, target in ((self.shelf, self.nowhere), (self.nowhere, self.shelf)):
            self.refused(self.transfer(source, target).button_validate)

    def test_a_transfer_to_a_production_that_nobody_ordered(self):
        production = self.env["stock.location"].search([("usage", "=", "production")], limit=1)
        self.refused(self.transfer(self.shelf, production).button_validate)

    def test_a_move_that_names_an_approved_count(self):
        count = self.count({self.lamp: 10})
        count.action_validate()
        move = self.move(self.nowhere, self.shelf, inventory_id=count.id)
        self.refused(count.with_user(self.manager).post_inventory)
        self.assertNotEqual(move.state, "done")

    def test_a_count_whose_moves_are_made_by_hand(self):
        count = self.count({self.lamp: 8}, user=self.manager)
        count.action_check()
        self.refused(count.post_inventory)

    def test_a_transfer_between_shelves_and_a_delivery_are_free(self):
        other = self.env["stock.location"].create(
            {"name": "Back", "location_id": self.warehouse.view_location_id.id}
        )
        picking = self.transfer(self.shelf, other)
        picking.button_validate()
        self.assertEqual((picking.state, self.on_hand()), ("done", 9))
        customers = self.env.ref("stock.stock_location_customers")
        picking = self.transfer(self.shelf, customers)
        picking.button_validate()
        self.assertEqual((picking.state, self.on_hand()), ("done", 8))

    def test_a_posted_difference_is_not_edited(self):
        count = self.count({self.lamp: 8})
        count.action_validate()
        line = count.move_ids.move_line_ids.with_user(self.manager)
        for values in ({"qty_done": 1}, {"location_id": self.nowhere.id}, {"location_dest_id": self.shelf.id}):
            with self.assertRaisesRegex(UserError, "not changed afterwards"), self.cr.savepoint():
                line.write(values)
        with self.assertRaisesRegex(UserError, "not changed afterwards"), self.cr.savepoint():
            count.move_ids.with_user(self.manager).quantity_done = 1
        with self.assertRaisesRegex(UserError, "not changed afterwards"), self.cr.savepoint():
            line.copy({"move_id": line.move_id.id, "product_uom_qty": 0, "qty_done": 5})
        self.assertEqual(self.on_hand(), 8)

    def test_a_finished_transfer_is_not_bent_to_nowhere(self):
        other = self.env["stock.location"].create(
            {"name": "Back", "location_id": self.warehouse.view_location_id.id}
        )
        picking = self.transfer(self.shelf, other)
        picking.button_validate()
        with self.assertRaisesRegex(UserError, "not changed afterwards"), self.cr.savepoint():
            picking.move_line_ids.with_user(self.manager).location_dest_id = self.nowhere

    def test_what_was_done_is_not_done_again(self):
        count = self.count({self.lamp: 8})
        count.action_validate()
        move = count.move_ids.with_user(self.manager)
        move.write({"state": "assigned"})
        with self.assertRaisesRegex(UserError, "cannot be changed like this"), self.cr.savepoint():
            count.with_user(self.manager).post_inventory()

    def test_update_quantity(self):
        wizard = self.env["stock.change.product.qty"].with_user(self.manager)
        values = {"product_id": self.lamp.id, "product_tmpl_id": self.lamp.product_tmpl_id.id, "new_quantity": 99}
        self.refused(lambda: wizard.create(values).change_product_qty())

    def test_the_editable_list_of_stock(self):
        quants = self.env["stock.quant"].with_user(self.manager).with_context(inventory_mode=True)
        quant = quants.search([("product_id", "=", self.lamp.id), ("location_id", "=", self.shelf.id)])
        self.refused(lambda: quant.write({"inventory_quantity": 99}))
        values = {"product_id": self.lamp.id, "location_id": self.shelf.id, "inventory_quantity": 99}
        self.refused(lambda: quants.create(values))
        self.assertTrue(quant.write({"inventory_quantity": 10}), "what changes nothing is no difference")

    def test_a_location_with_stock_keeps_its_kind(self):
        shelf = self.shelf.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "holds stock"):
            shelf.usage = "inventory"
        empty = self.env["stock.location"].create({"name": "Empty", "location_id": self.shelf.id})
        empty.with_user(self.manager).usage = "inventory"
        self.assertEqual(empty.usage, "inventory")

    def test_the_forms_can_be_used(self):
        with Form(self.env["stock.scrap"].with_user(self.manager)) as form:
            form.product_id = self.lamp
            form.reason_id = self.reason
        with Form(self.env["stock.inventory"].with_user(self.manager)) as form:
            form.name = "By hand"
            form.blind = True
            form.reason_id = self.reason

    def test_nobody_makes_entries(self):
        entry = {"product_id": self.lamp.id, "reason_id": self.reason.id, "user_id": self.manager.id}
        with self.assertRaises((AccessError, UserError)):
            self.env["retail.adjustment.entry"].with_user(self.manager).create(entry)
        with self.assertRaisesRegex(UserError, "record of what was done"):
            self.env["retail.adjustment.entry"].create(entry)
