from odoo.addons.retail_base.tests.tills import till_order
from odoo.tests import tagged

from .common import TillCase, make_till, open_session


@tagged("post_install", "-at_install")
class TestStockMode(TillCase):
    """Whether stock follows a sale, or the closing of its session, which Odoo chooses from the start."""

    def sell_twice(self, mode):
        """What the second sale cost in statements, and what is left on the shelf of ten."""
        self.env.company.point_of_sale_update_stock_quantities = mode
        till = make_till(self.env, f"Till {mode}")
        values = {"name": "Lamp", "type": "product", "list_price": 20.0, "standard_price": 8.0}
        lamp = self.env["product.product"].create({**values, "taxes_id": [(5,)], "available_in_pos": True})
        shelf = till.picking_type_id.default_location_src_id
        self.env["stock.quant"]._update_available_quantity(lamp, shelf, 10)
        session = open_session(till)
        self.send(till_order(session, lamp))
        before = self.cr.sql_log_count
        self.send(till_order(session, lamp))
        return self.cr.sql_log_count - before, lamp.with_context(location=shelf.id).qty_available

    def send(self, order):
        self.env["pos.order"].create_from_ui([order])
        self.env["base"].flush()
        self.env.cache.invalidate()

    def test_stock_follows_at_once_where_that_is_chosen(self):
        self.assertEqual(self.env.company.point_of_sale_update_stock_quantities, "closing")
        at_closing, left = self.sell_twice("closing")
        self.assertEqual(left, 10, "until the session is closed")
        at_once, left = self.sell_twice("real")
        self.assertEqual(left, 8)
        # Why it is not chosen for everybody; once this is wrong, look at README.rst again.
        self.assertGreater(at_once, 2 * at_closing)
