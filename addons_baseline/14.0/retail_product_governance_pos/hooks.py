"""What happens to tills that were selling before the rule came."""

from odoo import SUPERUSER_ID
from odoo.api import Environment


def leave_in_the_till_what_is_there(cr, _registry):
    """What approved products are in the till stay there."""
    cr.execute(
        """
        UPDATE product_template SET allow_pos = available_in_pos
        WHERE approval_state = 'approved' AND available_in_pos AND NOT COALESCE(allow_pos, false)
        """
    )
    taken_over = Environment(cr, SUPERUSER_ID, {})["retail.grandfathered"]
    taken_over._add("retail_product_governance_pos", "product.template", cr.rowcount)
