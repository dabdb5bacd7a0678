"""The documents whose settings a store, a region or head office decides."""

from odoo import models


class PosConfig(models.Model):
    _name = "pos.config"
    _inherit = ["pos.config", "retail.local.mixin", "retail.guard.mixin"]

    def _retail_stores(self):
        return self.picking_type_id.warehouse_id

    def _retail_store_fields(self):
        return super()._retail_store_fields() | {"picking_type_id"}


class Warehouse(models.Model):
    _name = "stock.warehouse"
    _inherit = ["stock.warehouse", "retail.local.mixin", "retail.guard.mixin"]

    def _retail_stores(self):
        return self


class Orderpoint(models.Model):
    _name = "stock.warehouse.orderpoint"
    _inherit = ["stock.warehouse.orderpoint", "retail.local.mixin", "retail.guard.mixin"]

    def _retail_stores(self):
        return self.warehouse_id

    def _retail_store_fields(self):
        return super()._retail_store_fields() | {"warehouse_id", "location_id"}
