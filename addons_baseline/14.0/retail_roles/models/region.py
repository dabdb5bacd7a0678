"""Regions: stores under one person, who decides for them what is neither the store's nor central."""

from odoo import fields, models


class Region(models.Model):
    _name = "retail.region"
    _description = "Region"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    manager_ids = fields.Many2many(
        "res.users",
        "retail_region_manager_rel",
        "region_id",
        "user_id",
        "Region managers",
        help="Work for all stores of the region, and decide what is left to regions.",
    )
    warehouse_ids = fields.One2many("stock.warehouse", "retail_region_id", "Stores")

    _sql_constraints = [("name_unique", "unique (name)", "There is a region of this name already.")]
