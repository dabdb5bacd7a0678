"""What is on when the addon arrives stays on."""

from odoo import SUPERUSER_ID, api


def take_over(cr, _registry):
    env = api.Environment(cr, SUPERUSER_ID, {})
    programs = env["coupon.program"].search([("active", "=", True)])
    programs._promotion_begin()
    env["retail.grandfathered"]._add("retail_allocation_coupon", "coupon.program", len(programs))
