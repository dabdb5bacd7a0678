from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    inventory_availability = fields.Selection(default="always")

    @api.model
    def get_values(self):
        """Any page of the settings saves this one too, which must not become core's default by that."""
        chosen = self.env["ir.default"].sudo().get("product.template", "inventory_availability")
        return {**super().get_values(), "inventory_availability": chosen or "always"}
