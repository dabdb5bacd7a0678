from odoo import models


class RetailReturn(models.Model):
    _name = "retail.return"
    _inherit = ["retail.return", "retail.own.stores.mixin"]

    def _retail_store_fields(self):
        return super()._retail_store_fields() | {"warehouse_id"}
