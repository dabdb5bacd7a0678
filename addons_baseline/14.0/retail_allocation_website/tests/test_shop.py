import json

from odoo.addons.retail_allocation.tests.common import AllocationCase, make_shop, order, stock
from odoo.addons.retail_base.tests.taken_over import noted
from odoo.addons.website.tools import MockRequest
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..hooks import post_init_hook

# Seconds; the first page makes the style sheets, and the machine may have other work.
PATIENCE = 120


@tagged("post_install", "-at_install")
class TestShop(AllocationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env["website"].create(
            {"name": "Shop", "warehouse_id": cls.warehouse.id, "salesteam_id": cls.web.team_ids.id}
        )
        cls.stock(cls, 5)
        cls.cart = cls.new_cart()

    @classmethod
    def new_cart(cls):
        cart = order(cls.shop, cls.web, 1, website_id=cls.website.id)
        cart.order_line.unlink()
        return cart

    def shown(self, cart=None):
        """What the product's page says, to who has this cart."""
        with MockRequest(self.env, website=self.website, sale_order_id=cart and cart.id):
            template = self.lamp.product_tmpl_id.with_context(
                website_id=self.website.id, website_sale_stock_get_quantity=True
            )
            return template._get_combination_info(product_id=self.lamp.id)["virtual_available"]

    def put(self, cart, quantity):
        """Into the cart; how many are in it then."""
        with MockRequest(self.env, website=self.website):
            cart = cart.with_context(website_id=self.website.id)
            cart._cart_update(product_id=self.lamp.id, set_qty=quantity)
        return sum(cart.order_line.mapped("product_uom_qty"))

    def test_the_page_shows_what_can_be_promised(self):
        self.assertEqual(self.shown(), 5)
        self.reserve(self.wholesale, 40)
        self.web.safety_qty = 1
        self.assertEqual(self.shown(), 2)

    def test_what_is_to_come_is_not_shown(self):
        move = {
            "name": "Receipt",
            "product_id": self.lamp.id,
            "product_uom": self.lamp.uom_id.id,
            "product_uom_qty": 50,
            "location_id": self.env.ref("stock.stock_location_suppliers").id,
            "location_dest_id": self.warehouse.lot_stock_id.id,
        }
        self.env["stock.move"].create(move)._action_confirm()
        self.assertEqual(self.lamp.with_context(warehouse=self.warehouse.id).virtual_available, 55)
        self.assertEqual((self.shown(), self.put(self.cart, 10)), (5, 5))

    def test_a_cart_takes_no_more_than_can_be_promised(self):
        self.reserve(self.wholesale, 40)
        self.assertEqual(self.put(self.cart, 2), 2)
        self.assertEqual(self.put(self.cart, 4), 3)
        self.assertIn("only", self.cart.order_line.warning_stock)

    def test_who_pays_sees_what_is_held_for_nobody_else(self):
        self.put(self.cart, 4)
        self.cart._claim_stock(self.cart.order_line._outstanding())
        other = self.new_cart()
        self.assertEqual((self.shown(), self.put(other, 3)), (1, 1))
        self.assertEqual(self.put(self.cart, 5), 5)

    def test_what_is_sold_regardless_of_inventory(self):
        self.lamp.inventory_availability = "never"
        self.assertEqual(self.put(self.cart, 9), 9)
        self.cart.action_confirm()
        self.assertEqual(self.cart.state, "sale")

    def test_other_channels_do_not_ask_what_the_website_says(self):
        self.lamp.inventory_availability = "never"
        self.website.salesteam_id = False
        with self.assertRaises(UserError):
            self.order(9).action_confirm()

    def test_a_website_without_a_channel_is_as_before(self):
        self.web.active = False
        self.order(2, self.wholesale).action_confirm()
        self.assertEqual((self.shown(), self.put(self.cart, 9)), (3, 3))

    def test_the_installation_gives_teams_of_websites_to_the_channel(self):
        team = self.env["crm.team"].create({"name": "New shop"})
        self.website.copy({"name": "New", "salesteam_id": team.id})
        post_init_hook(self.cr, self.registry)
        channels = self.env["retail.channel"]
        self.assertEqual(channels._of_team(team), self.env.ref("retail_allocation.channel_web"))
        self.assertEqual(channels._of_team(self.website.salesteam_id), self.web)

    def test_the_installation_leaves_what_is_sold_regardless_and_counts_it(self):
        self.lamp.inventory_availability = "never"
        post_init_hook(self.cr, self.registry)
        self.assertEqual(self.lamp.inventory_availability, "never")
        domain = [("type", "=", "product"), ("inventory_availability", "not in", ("always", "threshold"))]
        products = self.env["product.template"].with_context(active_test=False)
        expected = ("product.template", products.search_count(domain))
        self.assertEqual(noted(self.env, "retail_allocation_website"), expected)

    def test_how_many_products_are_asked_about_makes_no_difference(self):
        """Whether the channel has a website is looked up once."""
        lamps = self.env["product.product"].create([{"name": f"Lamp {n}", "type": "product"} for n in range(20)])
        self.web.invalidate_cache()
        lamps.mapped("inventory_availability")
        with self.assertQueryCount(5):
            for lamp in lamps:
                self.assertTrue(self.web._limits(lamp))

    def new_product(self):
        return self.env["product.template"].create({"name": "New", "type": "product"}).inventory_availability

    def save_settings(self, **values):
        self.env["res.config.settings"].create(values).set_values()

    def test_a_new_product_is_sold_as_long_as_it_is_there(self):
        self.assertEqual(self.new_product(), "always")

    def test_saving_other_settings_does_not_change_that(self):
        self.env["ir.default"].set("product.template", "inventory_availability", "never")
        post_init_hook(self.cr, self.registry)
        self.save_settings()
        self.assertEqual(self.new_product(), "always")

    def test_a_shop_may_choose_another_default(self):
        self.save_settings(inventory_availability="never")
        self.assertEqual(self.new_product(), "never")
        self.save_settings()
        self.assertEqual(self.new_product(), "never")


@tagged("post_install", "-at_install")
class TestVisitor(HttpCase):
    """Somebody who is nobody in Odoo, through the pages' own requests."""

    def setUp(self):
        super().setUp()
        shop = make_shop(self.env)
        self.lamp = shop["lamp"]
        self.lamp.is_published = True
        stock(shop["warehouse"], self.lamp, 4)
        self.customer, self.warehouse = shop["customer"], shop["warehouse"]
        website = self.env["website"].search([], limit=1)
        website.write({"warehouse_id": shop["warehouse"].id, "salesteam_id": shop["web"].team_ids.id})
        order(shop, shop["wholesale"], 1).action_confirm()

    def ask(self, path, **params):
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        return self.url_open(path, body, headers={"Content-Type": "application/json"}, timeout=PATIENCE).json()

    def call(self, path, **params):
        answer = self.ask(path, **params)
        self.assertNotIn("error", answer)
        return answer["result"]

    def test_looks_and_fills_a_cart(self):
        self.url_open("/shop", timeout=PATIENCE)
        template = self.lamp.product_tmpl_id.id
        info = self.call(
            "/sale/get_combination_info_website",
            product_template_id=template,
            product_id=self.lamp.id,
            combination=[],
            add_qty=1,
            pricelist_id=False,
        )
        self.assertEqual((info["product_id"], info["virtual_available"]), (self.lamp.id, 3))
        cart = self.call("/shop/cart/update_json", product_id=self.lamp.id, add_qty=9)
        self.assertEqual(cart["quantity"], 3)

    def somebody_new(self):
        """A browser that was never here, with a lamp in its cart."""
        self.opener.cookies.clear()
        self.url_open("/shop", timeout=PATIENCE)
        put = self.call("/shop/cart/update_json", product_id=self.lamp.id, add_qty=1)
        self.assertEqual(put["quantity"], 1)
        cart = self.env["sale.order"].search(
            [("order_line.product_id", "=", self.lamp.id)], order="id desc", limit=1
        )
        cart.partner_id = self.customer
        return cart, dict(self.opener.cookies)

    # The form of payment asks for the company in a deprecated way.
    @mute_logger("odoo.addons.base.models.res_company")
    def go_to_pay(self, cookies, acquirer):
        self.opener.cookies.clear()
        self.opener.cookies.update(cookies)
        return self.ask("/shop/payment/transaction", acquirer_id=acquirer.id)

    def test_two_want_the_last_one(self):
        self.env["stock.quant"]._update_available_quantity(self.lamp, self.warehouse.lot_stock_id, -2)
        acquirer = self.env.ref("payment.payment_acquirer_transfer")
        acquirer.state = "test"
        (first, first_cookies), (second, second_cookies) = self.somebody_new(), self.somebody_new()
        self.assertNotEqual(first, second)
        self.assertIn("result", self.go_to_pay(first_cookies, acquirer))
        with mute_logger("odoo.http"):
            refused = self.go_to_pay(second_cookies, acquirer)
        self.assertIn("can be promised 0.0", refused["error"]["data"]["message"])
        self.assertFalse(second.transaction_ids)
        self.assertEqual(self.env["retail.stock.hold"]._open(self.warehouse, self.lamp).order_id, first)
