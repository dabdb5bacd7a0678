from odoo import api, fields, models
from odoo.addons.website.models import ir_http

# To whom quantities are shown: the id of a cart. What is sold does not depend on it; the order checks that itself.
SHOWN_TO = "retail_shown_to"


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.depends_context(SHOWN_TO)
    def _compute_quantities(self):
        """For a cart, what is available is what can be promised to it, not what is forecast."""
        result = super()._compute_quantities()
        cart = self.env["sale.order"].sudo().browse(self.env.context.get(SHOWN_TO) or [])
        for product in self if cart else self.browse():
            if cart.retail_channel_id._limits(product):
                product.virtual_available = product._promised_to(cart.retail_channel_id, cart.warehouse_id, cart)
        return result

    def _promised_to(self, channel, warehouse, cart):
        plain = self.with_context(**{SHOWN_TO: False})
        return channel.sudo()._promise(warehouse, plain, apart_from=cart)[self.id]


class ProductTemplate(models.Model):
    _inherit = "product.template"

    # In core a new product is sold whether or not it is there.
    inventory_availability = fields.Selection(default="always")

    def _get_combination_info(self, *args, **kwargs):
        """On a product's page, what can be promised to whoever looks at it."""
        info = super()._get_combination_info(*args, **kwargs)
        if not info.get("product_id") or "virtual_available" not in info:
            return info
        website = self.env["website"].get_current_website()
        product = self.env["product.product"].sudo().browse(info["product_id"])
        channel = self.env["retail.channel"]._of_team(website.sudo().salesteam_id)
        if not channel._limits(product):
            return info
        cart = (ir_http.get_request_website() and website.sale_get_order()) or self.env["sale.order"]
        promised = product._promised_to(channel, cart.sudo().warehouse_id or website._delivers_from(), cart)
        shown = self.env["ir.qweb.field.float"]
        formatted = shown.value_to_html(promised, {"decimal_precision": "Product Unit of Measure"})
        return {**info, "virtual_available": promised, "virtual_available_formatted": formatted}
