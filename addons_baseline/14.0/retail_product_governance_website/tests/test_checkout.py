from odoo.tests import tagged
from odoo.tests.common import HOST, HttpSavepointCase
from odoo.tools import config

from .common import WebCase

# Seconds for a page, the first of which makes its assets; Odoo's own ten are few on a busy machine.
PATIENCE = 60


@tagged("post_install", "-at_install")
class TestCheckout(WebCase, HttpSavepointCase):
    """As a visitor's browser does it."""

    def page(self, path):
        return self.url_open(path, timeout=PATIENCE).text

    def put_in_cart(self, product):
        """As the shop's script does it."""
        values = {"product_id": product.product_variant_id.id, "add_qty": 1}
        url = f"http://{HOST}:{config['http_port']}/shop/cart/update_json"
        self.opener.post(
            url, json={"jsonrpc": "2.0", "method": "call", "params": values}, timeout=PATIENCE
        ).raise_for_status()

    def test_the_visitor_is_led_back_to_the_cart(self):
        product = self.approved(name="Lamp that goes")
        self.assertIn(product.name, self.page("/shop"))
        self.put_in_cart(product)
        self.assertIn(product.name, self.page("/shop/cart"))
        product.with_user(self.steward).action_take_out_of_sale()
        self.assertNotIn(product.name, self.page("/shop"))
        page = self.page("/shop/checkout")
        self.assertIn("We do not sell all of it any more", page)
        self.assertNotIn(product.name, page)
