"""What happens to a shop that was trading before the rule came."""

from odoo import SUPERUSER_ID
from odoo.api import Environment


def approve_what_is_there(cr, _registry):
    """Every product that exists goes on; `allow_sale` and `allow_purchase` are on by default."""
    env = Environment(cr, SUPERUSER_ID, {})
    found = env["product.template"]._approval_grandfather()
    env["retail.grandfathered"]._add("retail_product_governance", "product.template", found)
