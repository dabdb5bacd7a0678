"""Which warehouses, operation types and locations are somebody's own, as fields that record rules can ask for.

They are searched when a query runs, unlike the domain of a rule, which Odoo keeps.
"""

from odoo import api, fields, models


class Place(models.AbstractModel):
    _name = "retail.place.mixin"
    _description = "Place of a store"

    retail_mine = fields.Boolean(
        "Mine", compute="_compute_retail_mine", search="_search_retail_mine", compute_sudo=True
    )

    @api.model
    def _retail_mine(self, places):
        """Ids of one's own records of this model, of Places."""
        raise NotImplementedError

    @api.depends_context("uid")
    def _compute_retail_mine(self):
        mine = self.filtered_domain(self._search_retail_mine("=", True))
        for place in self:
            place.retail_mine = place in mine

    @api.model
    def _search_retail_mine(self, operator, value):
        wanted = bool(value) == (operator == "=")
        if not self.env.user.retail_bound:
            return [(1 if wanted else 0, "=", 1)]
        return [("id", "in" if wanted else "not in", self._retail_mine(self.env.user._retail_places()))]


class Warehouse(models.Model):
    _name = "stock.warehouse"
    _inherit = ["stock.warehouse", "retail.place.mixin"]

    retail_region_id = fields.Many2one("retail.region", "Region", index=True, ondelete="restrict")
    retail_user_ids = fields.Many2many(
        "res.users", "retail_user_warehouse_rel", "warehouse_id", "user_id", "Works here"
    )

    def _retail_mine(self, places):
        return places.warehouses


class PickingType(models.Model):
    _name = "stock.picking.type"
    _inherit = ["stock.picking.type", "retail.place.mixin"]

    def _retail_mine(self, places):
        return places.picking_types


class Location(models.Model):
    _name = "stock.location"
    _inherit = ["stock.location", "retail.place.mixin"]

    retail_reachable = fields.Boolean(
        "Not in another's store",
        compute="_compute_retail_reachable",
        search="_search_retail_reachable",
        compute_sudo=True,
        help="In one's own store or in none: vendors, customers, transit, scrap.",
    )

    def _retail_mine(self, places):
        return places.locations

    @api.depends_context("uid")
    def _compute_retail_reachable(self):
        reachable = self.filtered_domain(self._search_retail_reachable("=", True))
        for location in self:
            location.retail_reachable = location in reachable

    @api.model
    def _search_retail_reachable(self, operator, value):
        wanted = bool(value) == (operator == "=")
        if not self.env.user.retail_bound:
            return [(1 if wanted else 0, "=", 1)]
        others = self.env.user._retail_places().locations_of_others
        return [("id", "not in" if wanted else "in", others)]
