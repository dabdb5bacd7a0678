"""Transfers of a return: nobody else attaches one, and the return hears when the goods are there."""

from odoo import fields, models
from odoo.addons.retail_base import guard


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "retail.guard.mixin"]

    return_id = fields.Many2one("retail.return", readonly=True, index=True, copy=False, ondelete="restrict")
    return_free = fields.Boolean("Was on its way before", readonly=True, copy=False)

    def _guarded_fields(self):
        return super()._guarded_fields() | {"return_id", "return_free"}

    def _create_backorder(self):
        """The rest comes on the same return, or was on its way before as well."""
        backorders = super()._create_backorder()
        for backorder in backorders:
            first = backorder.backorder_id
            if first.return_id or first.return_free:
                values = {"return_id": first.return_id.id, "return_free": first.return_free}
                guard.passing(backorder).write(values)
        return backorders

    def _first_free(self):
        """The transfers of which these are the rests, among those that were on their way before."""
        before = self.backorder_id.filtered("return_free")
        rests = self.filtered(lambda each: each.backorder_id in before)
        return (self - rests) | before._first_free() if before else self

    def _with_free_rests(self):
        rests = self.backorder_ids
        return self | rests._with_free_rests() if rests else self

    def _action_done(self):
        result = super()._action_done()
        self.return_id.sudo()._follow_transfers()
        return result

    def action_cancel(self):
        result = super().action_cancel()
        self.return_id.sudo()._follow_transfers()
        return result
