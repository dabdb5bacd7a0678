"""Coupons are handed out only by a program that has started."""

from odoo import _, api, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError


class Coupon(models.Model):
    _inherit = "coupon.coupon"

    @api.model_create_multi
    def create(self, vals_list):
        coupons = super().create(vals_list)
        for program in coupons.program_id if not guard.is_open(self.env) else ():
            if not program._promotion_runs():
                raise UserError(
                    _("%s has not started yet. Start it, then hand out its coupons.", program.display_name)
                )
        return coupons
