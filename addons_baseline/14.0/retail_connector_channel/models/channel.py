"""Where a channel's offers are told, and at which prices."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_round


class Channel(models.Model):
    _inherit = "retail.channel"

    endpoint_id = fields.Many2one(
        "retail.connector.endpoint",
        "Told to",
        domain=[("kind", "=", "marketplace")],
        ondelete="restrict",
        # Others may not read endpoints.
        groups="retail_connector.group_operator",
        help="The marketplace that is told stock and prices of what is published in this channel.",
    )
    pricelist_id = fields.Many2one("product.pricelist", ondelete="restrict", help="Of the prices that it is told.")
    published_only = fields.Boolean(
        "Sells only what is published",
        help="Its orders with goods that are not published in it cannot be confirmed.",
    )
    # Written by SQL, so that the channel itself does not count as changed.
    told_until = fields.Datetime("Changes told until", readonly=True, copy=False)
    told_all_at = fields.Datetime("All looked at on", readonly=True, copy=False)
    told_rules = fields.Char(readonly=True, copy=False, help="Fingerprint of the pricelist rules that were told.")
    publication_ids = fields.One2many("retail.channel.publication", "channel_id", "Publications", readonly=True)

    @api.constrains("endpoint_id", "pricelist_id")
    def _check_pricelist(self):
        for channel in self:
            if channel.endpoint_id and not channel.pricelist_id:
                raise ValidationError(_("Choose the pricelist by which %s is told its prices.", channel.name))

    def write(self, vals):
        if "endpoint_id" in vals:
            for channel in self.sudo().filtered(lambda each: each.endpoint_id.id != vals["endpoint_id"]):
                offers = [("channel_id", "=", channel.id), ("listed", "=", True)]
                if channel.env["retail.channel.offer"].search(offers, limit=1):
                    raise UserError(
                        _("%s has offers at its marketplace. Take down its publications first.", channel.name)
                    )
        return super().write(vals)

    def _offer_company(self):
        return self.endpoint_id.company_id or self.env.company

    def _offer_warehouses(self):
        return self.warehouse_ids or self.env["stock.warehouse"].search(
            [("company_id", "=", self._offer_company().id)]
        )

    def _offer_quantities(self, products):
        """By product id, what the channel can be promised, in whole steps of its unit; None: it is not limited."""
        goods = products.filtered(lambda product: product.type == "product")
        promises = [self._promise(warehouse, goods) for warehouse in self._offer_warehouses()] if goods else []
        found = {product.id: _down(product, sum(each[product.id] for each in promises)) for product in goods}
        return {product.id: found.get(product.id) for product in products}

    def _offer_prices(self, products):
        """By product id, for one, in the currency of the pricelist."""
        count = len(products)
        nobody = [self.env["res.partner"]] * count
        prices = self.pricelist_id.get_products_price(products, [1.0] * count, nobody)
        return {number: self.pricelist_id.currency_id.round(price) for number, price in prices.items()}


def _down(product, quantity):
    return float_round(quantity, precision_rounding=product.uom_id.rounding, rounding_method="DOWN")
