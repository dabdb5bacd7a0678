import json

from odoo.addons.retail_base.tests.tills import till_order
from odoo.addons.retail_connector.tests import stub_carrier
from odoo.addons.retail_connector.tests.common import ConnectorCase
from odoo.tests import new_test_user, tagged


@tagged("post_install", "-at_install")
class TestAnnouncing(ConnectorCase):
    def setUp(self):
        super().setUp()
        card = self.env["pos.payment.method"].create({"name": "Card", "is_cash_count": False})
        self.till = self.env["pos.config"].create({"name": "North", "payment_method_ids": [(6, 0, card.ids)]})
        self.cashier = new_test_user(self.env, "cashier", groups="base.group_user,point_of_sale.group_pos_user")
        self.session = self.env["pos.session"].create({"user_id": self.cashier.id, "config_id": self.till.id})
        self.lamp = self.env["product.product"].create(
            {
                "name": "Lamp",
                "default_code": "LAMP",
                "type": "consu",
                "list_price": 20.0,
                "taxes_id": [(5, 0, 0)],
                "available_in_pos": True,
            }
        )
        self.event = self.env.ref("retail_connector_pos.event_pos_order_paid")

    def listen(self):
        self.endpoint.event_ids = self.event

    def sale(self, **data):
        return till_order(self.session, self.lamp, 2, **data)

    def send(self, *orders, draft=False):
        copies = [{**order, "data": dict(order["data"])} for order in orders]
        rows = self.env["pos.order"].with_user(self.cashier).create_from_ui(copies, draft)
        self.env["base"].flush()
        return self.env["pos.order"].browse([row["id"] for row in rows])

    def announced(self):
        return self.messages.search([("endpoint_id", "=", self.endpoint.id)])

    def test_a_listener_is_told_of_a_sale(self):
        self.listen()
        order = self.send(self.sale())
        self.assertEqual((order.state, self.carrier.calls), ("paid", []))
        self.run_job(self.announced())
        told = json.loads(self.carrier.calls[0].body)
        self.assertEqual(told["event"], "pos_order_paid")
        sale = told["data"]
        self.assertEqual((sale["order"], sale["till"], sale["total"]), (order.name, "North", 40.0))
        self.assertEqual(sale["time"], "2026-11-25T10:00:00Z")
        self.assertEqual([(line["product"], line["quantity"]) for line in sale["lines"]], [("LAMP", 2.0)])
        self.assertEqual(sale["payments"], [{"method": "Card", "amount": 40.0}])

    def test_a_dead_listener_costs_the_till_a_few_rows_and_no_call(self):
        self.send(self.sale())
        alone = self.statements_of_a_sale()
        self.listen()
        self.send(self.sale())
        self.carrier.script = [stub_carrier.hangs] * 10
        # The message and its job.
        self.assertLessEqual(self.statements_of_a_sale() - alone, 2)
        self.assertEqual(self.carrier.calls, [])

    def test_what_is_said_is_put_together_when_it_is_sent_and_then_kept(self):
        self.listen()
        self.send(self.sale())
        message = self.announced()
        self.assertFalse(message.payload)
        self.carrier.script = [stub_carrier.fails(503)]
        self.run_job(message)
        said = message.payload
        self.lamp.default_code = "LAMP-2"
        self.run_job(message)
        self.assertEqual((message.state, message.payload), ("sent", said))
        self.assertEqual([call.body.decode() for call in self.carrier.calls], [said, said])

    def statements_of_a_sale(self):
        before = self.cr.sql_log_count
        self.send(self.sale())
        return self.cr.sql_log_count - before

    def test_without_a_listener_nothing_is_queued(self):
        self.send(self.sale())
        self.assertFalse(self.announced())

    def test_an_order_put_aside_is_not_announced_before_it_is_paid(self):
        self.listen()
        order = self.sale(statement_ids=[], amount_paid=0)
        kept = self.send(order, draft=True)
        self.assertFalse(self.announced())
        paid = {**self.sale()["data"], "name": order["data"]["name"], "server_id": kept.id}
        self.send({"id": order["id"], "to_invoice": False, "data": paid})
        self.assertEqual(self.announced().document_name, kept.display_name)

    def test_a_sale_that_is_sent_twice_is_announced_once(self):
        self.listen()
        order = self.sale()
        known = self.send(order)
        self.send({**order, "data": {**order["data"], "server_id": known.id}})
        self.assertEqual(len(self.announced()), 1)
