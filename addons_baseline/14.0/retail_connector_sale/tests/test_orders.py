import json

from odoo.addons.retail_connector.tests.common import ConnectorCase
from odoo.exceptions import UserError
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestOrders(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.endpoint.event_ids = self.env.ref("retail_connector_sale.event_sale_order_confirmed") | self.env.ref(
            "retail_connector_sale.event_sale_order_cancelled"
        )
        lamp = self.env["product.product"].create({"name": "Lamp", "default_code": "LAMP", "type": "consu"})
        customer = self.env["res.partner"].create({"name": "Ana", "email": "ana@example.com"})
        line = {"product_id": lamp.id, "product_uom_qty": 2, "price_unit": 20.0, "tax_id": [(5, 0, 0)]}
        note = {"display_type": "line_note", "name": "As a gift"}
        self.order = self.env["sale.order"].create(
            {"partner_id": customer.id, "order_line": [(0, 0, line), (0, 0, note)]}
        )

    def told(self):
        """Events in the order in which they were queued."""
        self.env["base"].flush()
        messages = self.messages.search([("res_model", "=", "sale.order"), ("res_id", "=", self.order.id)])
        return [json.loads(message.payload)["event"] for message in messages.sorted("id")]

    def test_a_confirmed_order_is_told_without_its_person(self):
        self.order.action_confirm()
        self.assertEqual(self.carrier.calls, [])
        self.run_job(self.messages.search([("res_id", "=", self.order.id), ("res_model", "=", "sale.order")]))
        body = self.carrier.calls[0].body
        sale = json.loads(body)["data"]
        self.assertEqual((sale["order"], sale["total"]), (self.order.name, 40.0))
        self.assertEqual([(line["product"], line["quantity"]) for line in sale["lines"]], [("LAMP", 2.0)])
        self.assertNotIn(b"Ana", body)
        self.assertNotIn(b"ana@example.com", body)

    def test_by_whichever_way(self):
        self.order.write({"state": "sale"})
        self.assertEqual(self.told(), ["sale_order_confirmed"])

    def test_a_quotation_is_nobodys_business(self):
        self.order.action_quotation_sent()
        self.order.action_cancel()
        self.order.action_draft()
        self.assertEqual(self.told(), [])

    def test_locking_is_nothing_new(self):
        self.order.action_confirm()
        self.order.action_done()
        self.order.action_unlock()
        self.assertEqual(self.told(), ["sale_order_confirmed"])

    def test_cancelled_after_it_was_confirmed(self):
        self.order.action_confirm()
        self.order.action_cancel()
        self.assertEqual(self.told(), ["sale_order_confirmed", "sale_order_cancelled"])

    def test_an_order_that_is_not_confirmed_after_all_is_not_told(self):
        with self.assertRaises(UserError), self.cr.savepoint():
            self.order.action_confirm()
            self.env["base"].flush()
            raise UserError("Another addon refuses.")  # pylint: disable=translation-required
        self.assertEqual(self.told(), [])

    def test_several_at_once(self):
        other = self.order.copy()
        (self.order | other).action_confirm()
        told = self.messages.search(
            [("res_model", "=", "sale.order"), ("res_id", "in", [self.order.id, other.id])]
        )
        self.assertEqual(len(told), 2)
