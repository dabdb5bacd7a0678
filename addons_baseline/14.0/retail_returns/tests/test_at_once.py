import itertools

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
