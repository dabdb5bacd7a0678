"""Groups that get members, or imply more, give no two duties that are kept apart."""

from odoo import api, models

from .duty_check import duties_kept_apart


class Groups(models.Model):
    _inherit = "res.groups"

    @api.model_create_multi
    def create(self, vals_list):
        with duties_kept_apart(self.env):
            groups = super().create(vals_list)
            groups.sudo().users._retail_touch()
            return groups

    def write(self, vals):
        if not vals.keys() & {"users", "implied_ids"}:
            return super().write(vals)
        with duties_kept_apart(self.env):
            result = super().write(vals)
            self.sudo().users._retail_touch()
            return result
