"""What happens to a web shop that was selling before the rule came."""

from odoo import SUPERUSER_ID
from odoo.api import Environment


def leave_published_what_is_there(cr, _registry):
    """What approved products are published stay so."""
    cr.execute(
        """
        UPDATE product_template SET allow_web = is_published
        WHERE approval_state = 'approved' AND is_published AND NOT COALESCE(allow_web, false)
        """
    )
    taken_over = Environment(cr, SUPERUSER_ID, {})["retail.grandfathered"]
    taken_over._add("retail_product_governance_website", "product.template", cr.rowcount)
