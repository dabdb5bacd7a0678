from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..hooks import post_init_hook
from .common import ShopCase


@tagged("post_install", "-at_install")
class TestReturns(ShopCase):
    def test_within_the_policy_goods_come_where_nothing_is_sold_from(self):
        before = self.coat.qty_available
        document = self.make()
        document.action_approval_submit()
        self.assertEqual((document.state, document.approved_amount), ("authorized", 40))
        self.receive(document)
        self.assertEqual((document.state, self.at(self.waiting)), ("released", 1))
        self.assertEqual(self.coat.qty_available, before, "what waits is not on hand")
        self.assertEqual(self.order.order_line.qty_delivered, 4)

    def test_what_is_as_new_goes_back_to_the_shelf(self):
        document = self.released()
        back = document.incoming_ids - self.coming(document)
        self.assertEqual(
            (back.location_id, back.location_dest_id, back.state), (self.waiting, self.shelf, "assigned")
        )
        back.move_lines.quantity_done = 1
        back.with_user(self.manager)._action_done()
        self.assertEqual((self.at(self.waiting), self.at(self.shelf)), (0, 96))

    def test_dear_goods_are_inspected_by_somebody_else(self):
        document = self.make(2)
        self.assertTrue(document.needs_inspection)
        document.action_approval_submit()
        self.receive(document)
        self.assertEqual(document.state, "received")
        with self.assertRaisesRegex(AccessError, "Ask somebody of: .*Inspects returns"):
            document.action_inspected()
        self.seller.groups_id += self.env.ref("retail_returns.group_return_inspector")
        with self.assertRaisesRegex(AccessError, "somebody else has to look"):
            document.action_inspected()
        with self.assertRaisesRegex(UserError, "in which condition"):
            document.with_user(self.inspector).action_inspected()
        document.with_user(self.inspector).line_ids.condition = "unsellable"
        document.with_user(self.inspector).action_inspected()
        self.assertEqual((document.state, document.inspected_by_id), ("released", self.inspector))
        self.assertEqual(document.incoming_ids, self.coming(document), "what is not to be sold stays where it is")

    def test_a_reason_or_a_serial_number_asks_for_an_inspection(self):
        defect = self.env.ref("retail_returns.reason_defect")
        document = self.make(line={"reason_id": defect.id})
        self.assertTrue(document.needs_inspection)
        with self.assertRaisesRegex(UserError, "Say in a note what is the matter with .*Coat"):
            document.action_approval_submit()
        self.assertFalse(self.make().needs_inspection)
        self.coat.tracking = "serial"
        self.assertTrue(self.make().needs_inspection)

    def test_what_is_missing_is_said(self):
        for values, said in (
            ({"line": {"reason_id": False}}, "Give a reason for"),
            ({"units": 0}, "Enter how many"),
            ({"units": 6}, "Of .*Coat only 5.0 can still come back"),
            ({"partner_id": False}, "Choose the customer"),
            ({"partner_id": self.boss.partner_id.id}, "The delivery went to Mia"),
            ({"line_ids": []}, "Enter what comes back"),
            ({"line": {"product_id": self.product("Hat", 5.0).id}}, "was not in this delivery"),
        ):
            with self.assertRaisesRegex(UserError, said), self.cr.savepoint():
                self.make(**values).action_approval_submit()

    def test_nothing_comes_back_twice(self):
        self.make(3).action_approval_submit()
        with self.assertRaisesRegex(UserError, "only 2.0 can still come back"):
            self.make(3).action_approval_submit()
        rejected = self.make(2, user=self.manager)
        rejected.action_approval_submit()
        self.assertEqual(rejected.approval_state, "approved")

    def test_a_rejected_return_gives_back_what_it_held(self):
        document = self.make(5)
        document.action_approval_submit()
        action = document.with_user(self.boss).action_approval_ask_why_not()
        wizard = self.env[action["res_model"]].with_user(self.boss).with_context(**action["context"])
        wizard.create({"note": "Worn"}).action_reject()
        self.make(1).action_approval_submit()
        self.assertFalse(document.incoming_ids)

    def test_more_than_was_approved_is_not_taken(self):
        document = self.make(1)
        document.action_approval_submit()
        with self.assertRaisesRegex(UserError, "is about 1.0 of .*Coat"):
            self.receive(document, units=3)

    def test_it_may_come_in_two_parts(self):
        document = self.make(2)
        document.action_approval_submit()
        self.receive(document, units=1)
        self.assertEqual(document.state, "authorized")
        self.receive(document)
        self.assertEqual((document.state, self.at(self.waiting)), ("received", 2))

    def test_it_does_not_come_straight_to_the_shelf(self):
        document = self.make()
        document.action_approval_submit()
        picking = self.coming(document)
        picking.move_lines.quantity_done = 1
        picking.move_line_ids.with_user(self.manager).location_dest_id = self.shelf
        with self.assertRaisesRegex(UserError, "Returned goods wait in"):
            picking.with_user(self.manager)._action_done()

    def test_what_was_submitted_stays_as_it_is(self):
        document = self.make(5)
        document.action_approval_submit()
        with self.assertRaisesRegex(UserError, "has been submitted"):
            document.line_ids.quantity = 1
        with self.assertRaisesRegex(UserError, "when they are here"):
            document.line_ids.write({"condition": "sellable"})
        with self.assertRaisesRegex(UserError, "stays on record"):
            document.unlink()
        document.action_approval_withdraw()
        document.line_ids.quantity = 1
        document.action_approval_submit()
        self.receive(document)
        with self.assertRaisesRegex(UserError, "cannot be taken back"):
            document._approval_reopen("never mind")

    def test_what_does_not_come_any_more_is_not_refunded(self):
        document = self.make(2)
        document.action_approval_submit()
        self.receive(document, units=1)
        self.coming(document).filtered(lambda each: each.state != "done").with_user(self.manager).action_cancel()
        self.assertEqual(
            (document.state, document.approved_amount, document.line_ids.received), ("received", 40, 1)
        )
        with self.assertRaisesRegex(UserError, "only 4.0 can still come back"):
            self.make(5).action_approval_submit()
        document.with_user(self.inspector).line_ids.condition = "sellable"
        document.with_user(self.inspector).action_inspected()
        self.assertEqual((document.incoming_ids - self.coming(document)).move_lines.product_uom_qty, 1)

    def test_it_is_given_up_when_the_customer_keeps_the_goods(self):
        document = self.make(2)
        document.action_approval_submit()
        transfer = document.incoming_ids
        document.action_give_up()
        self.assertEqual((document.state, document.approval_state, transfer.state), ("draft", "draft", "cancel"))
        document.action_approval_submit()
        self.assertEqual(document.state, "authorized")
        self.receive(document)
        with self.assertRaisesRegex(UserError, "here already"):
            document.action_give_up()

    def test_a_warehouse_has_a_place_beside_its_own(self):
        self.assertTrue(self.waiting._is_for_returns())
        self.assertFalse(self.shelf._is_for_returns())
        self.assertEqual(self.waiting.location_id, self.warehouse.view_location_id.location_id)
        self.assertTrue(self.env.ref("stock.warehouse0").return_location_id, "also that which was there before")
        with self.assertRaises(UserError):
            self.warehouse.with_user(self.manager).return_location_id = self.shelf
        with self.assertRaisesRegex(UserError, "stays there"):
            self.waiting.with_user(self.manager).location_id = self.shelf

    def test_it_is_the_warehouses_and_nothing_is_sold_from_it(self):
        places = self.env["retail.warehouse.places"]
        corner = self.env["stock.location"].create({"name": "Corner", "location_id": self.waiting.id})
        for place in (self.waiting, corner):
            self.assertEqual(places._warehouse_of(place), self.warehouse)
        self.assertLessEqual({self.waiting.id, corner.id}, set(places._ids_of(self.warehouse)))
        coat = self.coat.with_context(warehouse=self.warehouse.id)
        before = coat.qty_available, coat.free_qty, coat.virtual_available
        self.env["stock.quant"]._update_available_quantity(self.coat, corner, 7)
        self.coat.invalidate_cache()
        self.assertEqual((coat.qty_available, coat.free_qty, coat.virtual_available), before)

    def test_what_came_back_is_not_edited(self):
        document = self.released()
        line = self.coming(document).move_line_ids.with_user(self.manager)
        for change in (
            lambda: line.write({"qty_done": 3}),
            lambda: line.write({"location_dest_id": self.shelf.id}),
            lambda: line.copy({"move_id": line.move_id.id, "product_uom_qty": 0, "qty_done": 3}),
        ):
            with self.assertRaisesRegex(UserError, "not changed afterwards"), self.cr.savepoint():
                change()

    def test_what_waits_does_not_go_to_the_shelf_by_itself(self):
        document = self.make(2)
        document.action_approval_submit()
        self.receive(document)
        values = {"location_id": self.waiting.id, "location_dest_id": self.shelf.id}
        move = {"name": "Around it", "product_id": self.coat.id, "product_uom": self.coat.uom_id.id, **values}
        picking = (
            self.env["stock.picking"]
            .with_user(self.manager)
            .create(
                {
                    **values,
                    "picking_type_id": self.warehouse.int_type_id.id,
                    "move_lines": [(0, 0, {**move, "product_uom_qty": 1})],
                }
            )
        )
        picking.action_confirm()
        picking.move_lines.quantity_done = 1
        with self.assertRaisesRegex(UserError, "without a return, or was not released"):
            picking._action_done()

    def on_its_way(self, units, delivered=None):
        """A transfer from the customer that no return is about, with one unit to be moved."""
        move = {"name": "Old", "product_id": self.coat.id, "product_uom_qty": units}
        places = {"location_id": self.customers.id, "location_dest_id": self.shelf.id}
        move.update(product_uom=self.coat.uom_id.id, **places)
        # As core's own wizard does it.
        move["origin_returned_move_id"] = delivered and delivered.move_lines.id
        picking = self.env["stock.picking"].create(
            {"picking_type_id": self.warehouse.in_type_id.id, **places, "move_lines": [(0, 0, move)]}
        )
        picking.action_confirm()
        picking.move_lines.quantity_done = 1
        return picking

    def take_over(self):
        self.env["base"].flush()
        post_init_hook(self.cr, self.registry)

    def arrive(self, picking, units):
        picking.move_lines.filtered(lambda move: move.state != "done").quantity_done = units
        picking.with_user(self.manager)._action_done()

    def does_not_arrive(self, picking, units, rest):
        with self.assertRaisesRegex(UserError, f"Of .*Coat only {rest} can still come back"), self.cr.savepoint():
            self.arrive(picking, units)

    def test_of_what_was_on_its_way_before_no_more_arrives_than_was(self):
        old = self.on_its_way(3)
        self.take_over()
        self.does_not_arrive(old, 4, 3.0)
        self.arrive(old, 1)
        rest = old.backorder_ids
        rest.move_lines.product_uom_qty = 50
        self.does_not_arrive(rest, 3, 2.0)
        self.arrive(rest, 2)
        self.does_not_arrive(rest.backorder_ids, 1, 0.0)

    def test_nor_by_another_move_of_it(self):
        """Neither of the same product nor of another, and not when it has arrived either."""
        old, hat = self.on_its_way(3), self.product("Hat", 5.0)
        self.take_over()
        self.arrive(old, 3)
        move = old.move_lines
        for product in (self.coat, hat):
            with self.assertRaisesRegex(UserError, "only 0.0 can still come back"), self.cr.savepoint():
                values = {"picking_id": old.id, "product_id": product.id, "state": "draft", "product_uom_qty": 1}
                other = move.with_user(self.manager).copy(values)
                other._action_confirm(merge=False)
                other.quantity_done = 1
                other._action_done()

    def test_nor_of_another_product(self):
        old, hat = self.on_its_way(3), self.product("Hat", 500.0)
        self.take_over()
        move = old.move_lines.with_user(self.manager)
        move.move_line_ids.unlink()
        move.product_id = hat
        with self.assertRaisesRegex(UserError, "Of .*Hat only 0.0 can still come back"):
            self.arrive(old, 1)

    def test_nor_more_than_was_delivered_and_has_not_come_back(self):
        """Core's wizard does not ask how many that are."""
        first, second = self.on_its_way(9, self.delivery), self.on_its_way(3, self.delivery)
        self.take_over()
        self.does_not_arrive(first, 6, 5.0)
        self.arrive(first, 4)
        self.does_not_arrive(second, 2, 1.0)
        self.arrive(second, 1)

    def test_nor_what_a_return_is_about(self):
        old = self.on_its_way(3, self.delivery)
        self.take_over()
        with self.assertRaisesRegex(UserError, "only 2.0 can still come back"), self.cr.savepoint():
            self.make(4).action_approval_submit()
        old.move_lines.product_uom_qty = 1
        self.released(4)
        self.does_not_arrive(old, 3, 1.0)
        self.arrive(old, 1)

    def test_what_was_on_its_way_before_may_arrive_in_parts(self):
        old = self.on_its_way(3)
        self.take_over()
        for _part in range(3):
            self.arrive(old, 1)
            self.assertEqual(old.state, "done")
            old = old.backorder_ids
        self.assertFalse(old)

    def test_what_was_on_its_way_before_may_arrive(self):
        wizard = self.env["stock.return.picking"].with_context(
            active_id=self.delivery.id, active_model="stock.picking"
        )
        old = self.on_its_way(1)
        with self.assertRaisesRegex(UserError, "without a return"), self.cr.savepoint():
            old._action_done()
        self.take_over()
        old._action_done()
        self.assertEqual(old.state, "done")
        with Form(wizard) as form:
            form.save()
        with self.assertRaisesRegex(UserError, "entered under Retail"):
            form.save().create_returns()

    def test_the_form_can_be_used(self):
        with Form(self.env["retail.return"].with_user(self.seller)) as form:
            form.picking_id = self.delivery
            with form.line_ids.edit(0) as line:
                line.quantity = 1
                line.reason_id = self.reason
        document = form.save()
        self.assertEqual((document.partner_id, document.amount, document.channel), (self.customer, 40, "order"))
        document.action_approval_submit()
        self.assertEqual(document.state, "authorized")
