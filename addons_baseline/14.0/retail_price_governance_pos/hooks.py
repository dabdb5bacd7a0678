"""What happens to tills that were there before the addon."""

from odoo import SUPERUSER_ID
from odoo.api import Environment

# At those that never opened, such as the one that comes with Odoo, nobody types prices yet. By SQL, because
# writing a till looks for modules to install.
NEVER_OPENED = """
    UPDATE pos_config till SET restrict_price_control = true
    WHERE restrict_price_control IS NOT TRUE
      AND NOT EXISTS (SELECT 1 FROM pos_session session WHERE session.config_id = till.id)
"""


def take_over(cr, _registry):
    """Tills that have sold keep what they had, and are counted where anybody may type a price."""
    cr.execute(NEVER_OPENED)
    env = Environment(cr, SUPERUSER_ID, {})
    tills = env["pos.config"].with_context(active_test=False)
    free = tills.search_count([("restrict_price_control", "=", False)])
    env["retail.grandfathered"]._add("retail_price_governance_pos", "pos.config", free)
