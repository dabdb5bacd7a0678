"""The web shop as a channel of a product."""

from odoo import _, api, fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    allow_web = fields.Boolean("To be in the web shop", help="Asked for, and with the approval granted.")

    @api.model
    def _channels(self):
        return {**super()._channels(), "allow_web": "is_published"}

    @api.model
    def _governed_fields(self):
        return super()._governed_fields() | {"public_categ_ids"}

    @api.model
    def _as_request(self, vals):
        """`website_published` is another name of the same flag."""
        values = dict(vals)
        published = values.pop("website_published", False)
        return super()._as_request({**values, "is_published": published or values.get("is_published", False)})

    def _check_web(self):
        if self.allow_web and not self.allow_sale:
            return _("What is in the web shop is sold: tick To be sold as well.")
        if self.allow_web and not self.public_categ_ids:
            return _("Choose a category of the web shop.")
        return None
