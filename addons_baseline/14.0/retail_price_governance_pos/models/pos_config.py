"""The pricelists of a till."""

from odoo import api, models


class PosConfig(models.Model):
    _name = "pos.config"
    _inherit = ["pos.config", "retail.pricelist.choice"]

    @api.model
    def _choice_fields(self):
        return frozenset({"pricelist_id", "available_pricelist_ids", "use_pricelist"})
