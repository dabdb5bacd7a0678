"""What happens to a shop that was selling before the addon."""

from odoo import SUPERUSER_ID
from odoo.api import Environment


def take_over(cr, _registry):
    """Prices stay as they are, and so do the promotions that run; nobody has to approve them."""
    env = Environment(cr, SUPERUSER_ID, {})
    found = env["coupon.program"]._approval_grandfather([("active", "=", True)])
    env["retail.grandfathered"]._add("retail_price_governance", "coupon.program", found)
