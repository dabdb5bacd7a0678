from odoo.tests import tagged
from odoo.tests.common import HOST, HttpSavepointCase
from odoo.tools import config, mute_logger

from .common import WebCase

# Seconds for a page, the first of which makes its assets; Odoo's own ten are few on a busy machine.
PATIENCE = 60


@tagged("post_install", "-at_install")
class TestCheckout(WebCase, HttpSavepointCase):
    """As a visitor's browser does it."""

    def page(self, path):
        return self.url_open(path, timeout=PATIENCE).text

    def put_in_cart(self, product):
        """As the shop's script does it; what it is answered."""
        values = {"product_id": product.product_variant_id.id, "add_qty": 1}
        url = f"http://{HOST}:{config['http_port']}/shop/cart/update_json"
        answer = self.opener.post(
            url, json={"jsonrpc": "2.0", "method": "call", "params": values}, timeout=PATIENCE
        )
        answer.raise_for_status()
        return answer.json()

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

    def test_a_product_of_the_tills_is_not_bought_by_its_number(self):
        shown, hidden = self.approved(), self.approved(name="Lamp of the till", is_published=False)
        self.page("/shop")
        with mute_logger("odoo.http"):
            answer = self.put_in_cart(hidden)
        said = answer["error"]["data"]["message"]
        self.assertIn("not sold in the web shop", said)
        self.assertNotIn(hidden.name, said)
        self.assertEqual(self.put_in_cart(shown)["result"]["quantity"], 1)
        self.assertNotIn(hidden.name, self.page("/shop/cart"))

    def test_what_left_the_web_shop_alone_leaves_the_cart(self):
        product = self.approved(name="Lamp that goes")
        self.page("/shop")
        self.put_in_cart(product)
        product.with_user(self.steward).allow_web = False
        product.flush()
        page = self.page("/shop/checkout")
        self.assertIn("We do not sell all of it any more", page)
        self.assertNotIn(product.name, page)
