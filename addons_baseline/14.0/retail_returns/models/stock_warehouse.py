"""The place where returned goods wait: it is the warehouse's, but nothing is sold from it."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError


class StockWarehouse(models.Model):
    _name = "stock.warehouse"
    _inherit = ["stock.warehouse", "retail.guard.mixin"]

    return_location_id = fields.Many2one(
        "stock.location", "Returns", readonly=True, check_company=True, copy=False
    )

    def _guarded_fields(self):
        return super()._guarded_fields() | {"return_location_id"}

    @api.model
    def create(self, vals):
        warehouse = super().create(vals)
        warehouse._make_return_location()
        return warehouse

    def _make_return_location(self):
        """Beside the warehouse's own locations: whatever is below those counts as on hand, and is promised."""
        for warehouse in self.filtered(lambda each: not each.return_location_id):
            place = self.env["stock.location"].create(
                {
                    "name": _("%s Returns", warehouse.code),
                    "usage": "internal",
                    "location_id": warehouse.view_location_id.location_id.id,
                    "company_id": warehouse.company_id.id,
                }
            )
            guard.passing(warehouse).write({"return_location_id": place.id})


class StockLocation(models.Model):
    _inherit = "stock.location"

    return_warehouse_ids = fields.One2many("stock.warehouse", "return_location_id", readonly=True)

    def write(self, vals):
        if "location_id" in vals and any(each.return_warehouse_ids for each in self.sudo()):
            raise UserError(_("Returns wait beside the warehouse, so that nobody sells them. It stays there."))
        return super().write(vals)

    def _is_for_returns(self):
        """Whether goods here, or above, wait for their inspection."""
        ids = [int(part) for part in (self.parent_path or "").split("/") if part]
        return bool(self.sudo().browse(ids).return_warehouse_ids)


class WarehousePlaces(models.AbstractModel):
    _inherit = "retail.warehouse.places"

    def _top_fields(self):
        return [*super()._top_fields(), "return_location_id"]
