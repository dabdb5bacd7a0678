from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MessageCase


@tagged("post_install", "-at_install")
class TestPickup(MessageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse.out_type_id.customer_collects = True

    def test_ready_when_somebody_says_so_and_then_picked_up(self):
        order = self.confirmed()
        picking = order.picking_ids
        picking.action_assign()
        self.assertEqual((picking.customer_collects, self.told(picking)), (True, []))
        picking.action_ready()
        self.assertEqual(self.told(picking), ["order_ready"])
        self.assertIn(self.warehouse.name, self.message(picking).mail_id.body_html)
        ready = picking.ready_at
        picking.action_ready()
        self.assertEqual(picking.ready_at, ready)
        self.deliver(picking)
        self.assertEqual(self.told(picking), ["order_ready", "order_picked_up"])

    def test_only_what_is_here(self):
        self.env["stock.quant"]._update_available_quantity(self.product, self.warehouse.lot_stock_id, -99)
        picking = self.confirmed().picking_ids
        picking.action_assign()
        with self.assertRaisesRegex(UserError, "Not all of .* is here"):
            picking.action_ready()
        self.assertFalse(picking.ready_at)

    def test_only_what_a_customer_collects(self):
        picking = self.confirmed().picking_ids
        picking.customer_collects = False
        with self.assertRaisesRegex(UserError, "collected by no customer"):
            picking.action_ready()
        self.deliver(picking)
        self.assertEqual(self.told(picking), ["order_shipped"])

    def test_ready_by_itself_after_it_was_brought_to_the_counter(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.confirmed()
        out = order.picking_ids.filtered(lambda picking: picking.picking_type_code == "outgoing")
        pick = order.picking_ids - out
        pick.action_assign()
        self.deliver(pick, 1)
        self.assertEqual(self.told(out | pick), [])
        rest = order.picking_ids - out - pick
        self.deliver(rest, 1)
        self.assertEqual((self.told(out), bool(out.ready_at)), (["order_ready"], True))
        self.assertEqual(self.told(pick | rest), [])

    def test_the_shipping_method_decides_before_the_operation(self):
        fee = self.env["product.product"].create({"name": "Shipping", "type": "service"})
        parcel = self.env["delivery.carrier"].create({"name": "Parcel", "product_id": fee.id})
        counter = parcel.copy({"name": "Counter", "customer_collects": True})
        for carrier in (parcel, counter):
            picking = self.confirmed(carrier_id=carrier.id).picking_ids
            self.assertEqual(picking.customer_collects, carrier.customer_collects)
