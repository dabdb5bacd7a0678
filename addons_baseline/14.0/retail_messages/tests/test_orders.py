from odoo.tests import tagged

from .common import MessageCase


@tagged("post_install", "-at_install")
class TestOrders(MessageCase):
    def test_the_customer_hears_that_it_is_confirmed_in_this_transaction_and_by_the_queue(self):
        order = self.confirmed()
        message = self.message(order)
        self.assertEqual((message.rule_id.code, message.state), ("order_confirmed", "queued"))
        self.assertEqual(message.warehouse_id, self.warehouse)
        mail = message.mail_id
        self.assertEqual((mail.state, mail.recipient_ids), ("outgoing", self.customer))
        self.assertEqual(mail.subject, f"Your order {order.name}")
        self.assertIn("Dear Mia Muster", mail.body_html)
        # It stands in the order's history.
        self.assertIn(mail.mail_message_id, order.message_ids)

    def test_in_the_customer_s_language(self):
        self.customer.lang = "fr_FR"
        mail = self.message(self.confirmed()).mail_id
        self.assertIn("Votre commande", mail.subject)
        self.assertIn("Bonjour Mia Muster", mail.body_html)

    def test_once_however_often_it_is_confirmed(self):
        order = self.confirmed()
        order.action_cancel()
        order.action_draft()
        order.action_confirm()
        order.action_done()
        order.action_unlock()
        self.assertEqual(self.told(order), ["order_confirmed"])

    def test_by_whichever_way_it_is_confirmed(self):
        written = self.order()
        written.sudo().write({"state": "sale"})
        several = self.order() | self.order()
        several.action_confirm()
        for order in written | several:
            self.assertEqual(self.told(order), ["order_confirmed"])

    def test_nobody_hears_of_a_quotation_or_of_what_is_imported_as_confirmed(self):
        quotation = self.order()
        quotation.write({"state": "sent"})
        quotation.action_cancel()
        self.assertEqual(self.told(quotation | self.order(state="sale") | self.order(state="done")), [])

    def test_core_s_own_mail_is_left_out_where_this_one_goes(self):
        order = self.order()
        before = order.message_ids
        order.with_context(send_email=True).action_confirm()
        order._send_order_confirmation_mail()
        mails = (order.message_ids - before).filtered(lambda message: message.message_type != "notification")
        self.assertEqual(mails, self.message(order).mail_id.mail_message_id)

    def test_core_s_own_mail_goes_where_this_one_does_not(self):
        self.rule("order_confirmed").active = False
        order = self.confirmed()
        before = order.message_ids
        order._send_order_confirmation_mail()
        self.assertIn(order.name, (order.message_ids - before).mapped("subject")[0])

    def test_shipped_once_for_each_delivery(self):
        order = self.confirmed()
        first = order.picking_ids
        first.carrier_tracking_ref = "TRACK-1"
        self.deliver(first, 1)
        second = order.picking_ids - first
        self.assertEqual(self.told(second), [])
        self.deliver(second, 1)
        for picking in (first, second):
            self.assertEqual(self.told(picking), ["order_shipped"])
            self.assertEqual(self.message(picking).warehouse_id, self.warehouse)
        mail = self.message(first).mail_id
        self.assertIn(order.name, mail.subject)
        self.assertIn("TRACK-1", mail.body_html)

    def test_nothing_is_said_of_transfers_that_are_no_customer_s(self):
        place = self.warehouse.lot_stock_id
        move = self.env["stock.move"].create(
            {
                "name": "Lamp",
                "product_id": self.product.id,
                "product_uom": self.product.uom_id.id,
                "product_uom_qty": 1,
                "location_id": place.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "picking_type_id": self.warehouse.out_type_id.id,
            }
        )
        move._action_confirm()
        self.deliver(move.picking_id, 1)
        self.assertEqual((move.state, self.told(move.picking_id)), ("done", []))

    def test_what_comes_back_is_not_shipped(self):
        picking = self.confirmed().picking_ids
        self.deliver(picking)
        wizard = self.env["stock.return.picking"].with_context(active_id=picking.id, active_model="stock.picking")
        wizard = wizard.create({})
        wizard._onchange_picking_id()
        back = self.env["stock.picking"].browse(wizard._create_returns()[0])
        self.deliver(back)
        self.assertEqual((back.state, self.told(back)), ("done", []))
