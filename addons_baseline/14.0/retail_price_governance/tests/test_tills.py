from odoo.addons.retail_base import guard
from odoo.tests import tagged

from .common import PriceCase


@tagged("post_install", "-at_install")
class TestTills(PriceCase):
    def setUp(self):
        super().setUp()
        if "pos.order" not in self.env:
            self.skipTest("this shop has no tills")
        self.till = self.env["pos.config"].create({"name": "Till 1"})

    def send(self, session, product, price):
        """An order as the till sends it, with the price that it has on its screen."""
        line = {"product_id": product.product_variant_id.id, "qty": 1, "price_unit": price, "discount": 0}
        line.update(price_subtotal=price, price_subtotal_incl=price, tax_ids=[(6, 0, [])], pack_lot_ids=[])
        at, name = "2030-01-01 10:00:00", "Order 00001-001-0001"
        payment = {"name": at, "amount": price, "payment_method_id": self.till.payment_method_ids[:1].id}
        data = {
            "name": name,
            "pos_session_id": session.id,
            "user_id": self.env.uid,
            "uid": name,
            "sequence_number": 1,
            "creation_date": at,
            "pricelist_id": self.till.pricelist_id.id,
            "partner_id": False,
            "fiscal_position_id": False,
            "amount_total": price,
            "amount_paid": price,
            "amount_tax": 0,
            "amount_return": 0,
            "lines": [(0, 0, line)],
            "statement_ids": [(0, 0, payment)],
        }
        sent = self.env["pos.order"].create_from_ui([{"id": name, "data": data, "to_invoice": False}])
        return self.env["pos.order"].browse(sent[0]["id"])

    def test_a_sale_that_began_before_the_price_changed_is_taken(self):
        product = self.product(100)
        flags = {name: True for name in ("allow_pos", "available_in_pos") if name in product._fields}
        guard.passing(product).write(flags)
        self.till.open_session_cb(check_coa=False)
        session = self.till.current_session_id
        self.approve(self.change((product, 150)))
        order = self.send(session, product, 100.0)
        self.assertEqual((order.state, order.amount_total, product.list_price), ("paid", 100, 150))
