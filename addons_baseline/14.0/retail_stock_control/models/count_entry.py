"""Who counted what, and what it was before: a second look is seen, and whoever counted does not approve."""

from odoo import fields, models


class CountEntry(models.Model):
    _name = "retail.count.entry"
    _inherit = "retail.sealed.mixin"
    _description = "Counted quantity"
    _order = "id desc"
    _rec_name = "product_id"

    # A count that is given up before anything came of it may be deleted, and this with it.
    inventory_id = fields.Many2one("stock.inventory", "Count", required=True, index=True, ondelete="cascade")
    # Kept, or each entry that is read would have all counts looked through for whose they are.
    company_id = fields.Many2one(related="inventory_id.company_id", store=True, index=True)
    warehouse_id = fields.Many2one(related="inventory_id.warehouse_id", store=True, index=True)
    user_id = fields.Many2one("res.users", "Counted by", required=True, ondelete="restrict")
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    product_id = fields.Many2one("product.product", required=True, ondelete="restrict")
    location_id = fields.Many2one("stock.location", required=True, ondelete="restrict")
    lot_id = fields.Many2one("stock.production.lot", ondelete="restrict")
    quantity = fields.Float("Counted")
