"""Every step of the checkout looks whether all that is in the cart is still sold."""

from odoo.addons.website_sale.controllers.main import WebsiteSale
from odoo.http import request


class Checkout(WebsiteSale):
    def checkout_redirection(self, order):
        redirection = super().checkout_redirection(order)
        if not redirection and order and order._drop_what_is_not_sold():
            return request.redirect("/shop/cart?gone=1")
        return redirection
