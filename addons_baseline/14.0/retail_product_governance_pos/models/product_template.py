"""The till as a channel of a product."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "retail.till.reason"]

    allow_pos = fields.Boolean("To be in the till", help="Asked for, and with the approval granted.")
    till_left_at = fields.Datetime(
        "Left the till on", readonly=True, copy=False, help="Tills that were open then still sell it."
    )

    @api.model
    def _channels(self):
        return {**super()._channels(), "allow_pos": "available_in_pos"}

    @api.model
    def _governed_fields(self):
        return super()._governed_fields() | {"pos_categ_id"}

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"till_left_at"}

    def write(self, vals):
        were = self.filtered("available_in_pos")
        result = super().write(vals)
        left = were.filtered(lambda each: not each.available_in_pos)
        if left:
            guard.passing(left.sudo()).write({"till_left_at": fields.Datetime.now()})
        return result

    def _check_till(self):
        if self.allow_pos and not self.allow_sale:
            return _("What is in the till is sold: tick To be sold as well.")
        if self.allow_pos and not self.pos_categ_id:
            return _("Choose a category of the till.")
        return None
