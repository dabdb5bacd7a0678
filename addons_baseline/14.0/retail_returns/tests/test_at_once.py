import itertools

from odoo.addons.retail_base import guard
from odoo.addons.retail_base.tests.at_once import ADMIN, AtOnceCase
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

# What one test leaves behind has its number in its name: deliveries and refunds cannot be deleted.
_tests = itertools.count()


@tagged("post_install", "-at_install")
class TestTwoReturnsAtOnce(AtOnceCase):
    actor, context = ADMIN, {"tracking_disable": True}

    def setUp(self):
        super().setUp()
        number = next(_tests)
        with self.environment() as env:
            self.boss = new_test_user(
                env, f"at_once_boss_{number}", groups="retail_returns.group_return_approver"
            ).id
            self.customer = env["res.partner"].create({"name": f"At once {number}"}).id
            product = {"name": f"Coat at once {number}", "type": "product", "list_price": 10.0}
            self.product = env["product.product"].create({**product, "taxes_id": [(5,)]}).id

    def remove(self):
        with self.environment() as env:
            env["product.product"].browse(self.product).active = False
            env["res.users"].browse(self.boss).active = False

    def deliver(self, env, units):
        """The move by which so many went out."""
        warehouse = env["stock.warehouse"].search([], limit=1)
        product = env["product.product"].browse(self.product)
        env["stock.quant"].sudo()._update_available_quantity(product, warehouse.lot_stock_id, units)
        line = {"product_id": product.id, "product_uom_qty": units, "price_unit": 10.0}
        order = env["sale.order"].create(
            {"partner_id": self.customer, "warehouse_id": warehouse.id, "order_line": [(0, 0, line)]}
        )
        order.action_confirm()
        move = order.picking_ids.move_lines
        move.quantity_done = units
        order.picking_ids._action_done()
        return move

    def back(self, env, **values):
        """The id of a new return of this customer's."""
        return env["retail.return"].create({"partner_id": self.customer, **values}).id

    def credit_note(self, env, document):
        line = {"name": "Back", "quantity": 1, "price_unit": 30.0, "tax_ids": [(5,)]}
        values = {"move_type": "out_refund", "partner_id": self.customer, "return_id": document}
        return env["account.move"].create({**values, "invoice_line_ids": [(0, 0, line)]}).id

    def test_the_same_goods_come_back_on_one_return(self):
        with self.environment() as env:
            move = self.deliver(env, 5)
            line = {"move_id": move.id, "product_id": self.product, "quantity": 3}
            line["reason_id"] = env.ref("retail_returns.reason_mind").id
            delivery = move.picking_id
            place = delivery.picking_type_id.warehouse_id.id
            one, other = (
                self.back(env, picking_id=delivery.id, warehouse_id=place, line_ids=[(0, 0, line)])
                for _each in range(2)
            )
        with self.environment() as slow:
            late = slow["retail.return"].browse(other)
            self.assertFalse(late._approval_problems(), "it could be submitted before the other one was")
            with self.environment() as quick:
                quick["retail.return"].browse(one).action_approval_submit()
            with self.too_late(slow):
                late.action_approval_submit()
            with self.assertRaisesRegex(UserError, "only 2.0 can still come back"):
                late.action_approval_submit()
            slow.cr.rollback()
            self.assertEqual((late.state, late.approval_state), ("draft", "draft"))

    def test_nor_on_a_transfer_that_was_on_its_way_before(self):
        with self.environment() as env:
            delivered = self.deliver(env, 5)
            old = self.taken_over(env, delivered)
            line = {"move_id": delivered.id, "product_id": self.product, "quantity": 4}
            line["reason_id"] = env.ref("retail_returns.reason_mind").id
            place = delivered.picking_id.picking_type_id.warehouse_id.id
            values = {"picking_id": delivered.picking_id.id, "warehouse_id": place}
            document = self.back(env, **values, line_ids=[(0, 0, line)])
        with self.environment() as slow:
            late = slow["stock.picking"].browse(old)
            self.assertEqual(late.move_lines.origin_returned_move_id._left_of_delivery(), 5)
            with self.environment() as quick:
                quick["retail.return"].browse(document).action_approval_submit()
            with self.too_late(slow):
                late._action_done()
            with self.assertRaisesRegex(UserError, "only 1.0 can still come back"):
                late._action_done()
            slow.cr.rollback()
            late.action_cancel()

    def taken_over(self, env, delivered):
        """The id of a transfer that the addon found on its way: of three, of which it says one since."""
        kind = delivered.picking_id.picking_type_id.warehouse_id.in_type_id
        places = {"location_id": delivered.location_dest_id.id, "location_dest_id": delivered.location_id.id}
        move = {"name": "Old", "product_id": self.product, "product_uom": delivered.product_uom.id, **places}
        move.update(product_uom_qty=1, origin_returned_move_id=delivered.id)
        picking = env["stock.picking"].create({"picking_type_id": kind.id, **places, "move_lines": [(0, 0, move)]})
        picking.action_confirm()
        guard.passing(picking).write({"return_free": True})
        guard.passing(picking.move_lines).write({"return_free_quantity": 3})
        picking.move_lines.quantity_done = 3
        return picking.id

    def test_the_same_money_is_refunded_once(self):
        with self.environment() as env:
            document = self.back(env, goodwill=30.0, note="Was late")
            env["retail.return"].browse(document).action_approval_submit()
        with self.environment(self.boss) as env:
            env["retail.return"].browse(document).action_approval_approve()
        with self.environment() as env:
            one, other = (self.credit_note(env, document) for _each in range(2))
        with self.environment() as slow:
            late = slow["account.move"].browse(other)
            self.assertEqual(late.return_id.refund_ids.mapped("state"), ["draft", "draft"])
            with self.environment() as quick:
                quick["account.move"].browse(one).action_post()
            with self.too_late(slow):
                late.action_post()
            with self.assertRaisesRegex(UserError, "30.00 may be refunded"):
                late.action_post()
            slow.cr.rollback()
            self.assertEqual(late.state, "draft")
