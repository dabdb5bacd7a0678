from odoo.addons.retail_base import guard
from odoo.addons.retail_base.tests.tills import till_order
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
        order = till_order(session, product.product_variant_id, price=price)
        sent = self.env["pos.order"].create_from_ui([order])
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
