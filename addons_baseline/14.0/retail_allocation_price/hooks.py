"""What was approved when the addon arrives begins as it was approved."""

from odoo import SUPERUSER_ID, api


def take_over(cr, _registry):
    """Changes without a promotion in them wait for no stock, so there is nothing to take over."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    approved = env["retail.price.change"].search([("approval_state", "=", "approved"), ("outcome", "=", "open")])
    promotions = approved.filtered("promotion_has")
    promotions._promotion_begin()
    env["retail.grandfathered"]._add("retail_allocation_price", "retail.price.change", len(promotions))
