import json

from odoo.addons.retail_connector.tests import stub_carrier
from odoo.addons.retail_connector.tests.common import ConnectorCase
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged


@tagged("post_install", "-at_install")
class TestShipping(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.endpoint.kind = "carrier"
        self.worker = new_test_user(self.env, "worker", groups="stock.group_stock_user")
        self.warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.env.company.id)], limit=1)
        self.customer = self.env["res.partner"].create(
            {"name": "Ana", "street": "Rua Augusta 1", "city": "Lisboa", "country_id": self.env.ref("base.pt").id}
        )
        self.lamp = self.product(type="consu", default_code="LAMP", weight=1.5)
        self.method = self.env["delivery.carrier"].create(
            {
                "name": "Express",
                "product_id": self.product(type="service", list_price=9.0).id,
                "delivery_type": "retail_connector",
                "connector_endpoint_id": self.endpoint.id,
                "connector_tracking_url": "https://track.example/{reference}",
            }
        )

    def product(self, **values):
        # What other addons ask of a new product is not what is looked at here.
        return self.env["product.product"].create({"name": "Product", **values})

    def picking(self, **values):
        kind = self.warehouse.out_type_id
        where = {"location_id": self.warehouse.lot_stock_id.id, "location_dest_id": self.customer_location().id}
        move = {"name": "Lamp", "product_id": self.lamp.id, "product_uom": self.lamp.uom_id.id, **where}
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": kind.id,
                "partner_id": self.customer.id,
                "carrier_id": self.method.id,
                "move_lines": [(0, 0, {**move, "product_uom_qty": 2})],
                **where,
                **values,
            }
        )
        picking.action_confirm()
        picking.move_lines.quantity_done = 2
        return picking

    def customer_location(self):
        return self.env.ref("stock.stock_location_customers")

    def shipped(self, **values):
        """A transfer that a worker has just finished, and its message."""
        picking = self.picking(**values)
        picking.with_user(self.worker)._action_done()
        return picking, self.messages_of(picking)

    def messages_of(self, picking):
        return self.messages.search([("res_model", "=", "stock.picking"), ("res_id", "=", picking.id)])

    def test_a_finished_transfer_is_queued_and_nobody_is_asked(self):
        picking, message = self.shipped()
        self.assertEqual((picking.state, message.state, self.carrier.calls), ("done", "queued", []))
        self.assertFalse(picking.carrier_tracking_ref)
        self.assertIn("Queued for Express", " ".join(picking.message_ids.mapped("body")))

    def test_the_answer_brings_tracking_number_and_price(self):
        self.method.margin = 10
        self.carrier.script = [stub_carrier.says(b'{"tracking": "P 7/1", "price": 4}')]
        picking, message = self.shipped()
        self.run_job(message)
        self.assertEqual(message.state, "sent")
        self.assertEqual((picking.carrier_tracking_ref, picking.carrier_price), ("P 7/1", 4.4))
        self.assertEqual(picking.carrier_tracking_url, "https://track.example/P%207%2F1")

    def test_without_a_price_it_is_the_methods_own(self):
        picking, message = self.shipped()
        self.run_job(message)
        self.assertEqual((picking.carrier_tracking_ref, picking.carrier_price), ("P001", 9.0))

    def test_what_the_carrier_is_told(self):
        picking, message = self.shipped()
        self.run_job(message)
        call = self.carrier.calls[0]
        told = json.loads(call.body)
        self.assertEqual((call.method, call.path), ("POST", "/shipments"))
        self.assertEqual((told["reference"], told["weight_kg"]), (picking.name, 3.0))
        self.assertEqual((told["to"]["name"], told["to"]["city"], told["to"]["country"]), ("Ana", "Lisboa", "PT"))
        self.assertEqual(told["lines"], [{"product": "LAMP", "quantity": 2.0}])

    def test_a_carrier_that_hangs_books_one_parcel_and_its_number_arrives(self):
        self.carrier.script = [stub_carrier.hangs]
        picking, message = self.shipped()
        self.run_job(message)
        self.assertFalse(picking.carrier_tracking_ref)
        self.run_job(message)
        self.assertEqual((picking.carrier_tracking_ref, len(self.carrier.parcels)), ("P001", 1))

    def test_answers_that_are_of_no_use(self):
        for body in (b"ok", b"[]", b"null", b"{}", b'{"tracking": 7}', b'{"tracking": ""}',
                     b'{"tracking": "P1", "price": "4"}', b'{"tracking": "P1", "price": -1}',
                     b'{"tracking": "P1", "price": true}'):  # fmt: skip
            with self.subTest(body=body):
                self.carrier.script = [stub_carrier.says(body)]
                picking, message = self.shipped()
                self.run_job(message)
                self.assertEqual((message.state, message.outcome), ("dead", "unusable"))
                self.assertFalse(picking.carrier_tracking_ref)

    def test_the_transfer_says_that_its_carrier_refused(self):
        self.carrier.script = [stub_carrier.fails(422)]
        picking, message = self.shipped()
        self.run_job(message)
        self.assertIn("Given up: Parcels refused this", picking.message_ids[0].body)

    def test_what_is_on_its_way_is_not_announced_twice(self):
        picking, message = self.shipped()
        with self.assertRaisesRegex(UserError, "being announced to the carrier already"):
            picking.with_user(self.worker).send_to_shipper()
        self.assertEqual(self.messages_of(picking), message)

    def test_cancelled_before_it_was_announced_nobody_hears_of_it(self):
        picking, message = self.shipped()
        picking.with_user(self.worker).cancel_shipment()
        self.assertEqual(message.state, "cancelled")
        self.run_job(message)
        self.assertEqual(self.carrier.calls, [])

    def test_cancelled_and_sent_again_is_another_parcel(self):
        picking, first = self.shipped()
        self.run_job(first)
        picking.with_user(self.worker).cancel_shipment()
        self.assertFalse(picking.carrier_tracking_ref)
        cancelled = self.messages_of(picking) - first
        self.run_job(cancelled)
        self.assertEqual(
            (self.carrier.calls[-1].method, self.carrier.calls[-1].path), ("DELETE", "/shipments/P001")
        )
        self.assertFalse(picking.carrier_tracking_ref, "the answer to a cancellation is no tracking number")
        picking.with_user(self.worker).send_to_shipper()
        self.run_job(self.messages_of(picking) - first - cancelled)
        self.assertEqual(picking.carrier_tracking_ref, "P003")

    def test_several_are_cancelled_in_one_go_and_each_is_told_once(self):
        shipped = [self.shipped() for _number in range(2)]
        for _picking, message in shipped:
            self.run_job(message)
        pickings = shipped[0][0] | shipped[1][0]
        pickings.cancel_shipment()
        cancelled = self.messages.search([("method", "=", "DELETE"), ("res_id", "in", pickings.ids)])
        self.assertEqual(sorted(cancelled.mapped("path")), ["/shipments/P001", "/shipments/P002"])

    def test_other_shipping_methods_are_as_they_were(self):
        self.method.write({"delivery_type": "fixed"})
        picking, messages = self.shipped()
        self.assertFalse(messages)
        self.assertEqual(picking.carrier_price, 9.0)

    def test_the_checkout_asks_no_carrier(self):
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        self.assertEqual(self.method.rate_shipment(order)["price"], 9.0)
        self.assertEqual(self.carrier.calls, [])

    def test_a_method_needs_an_endpoint(self):
        with self.assertRaisesRegex(ValidationError, "Choose the endpoint"):
            self.method.connector_endpoint_id = False
