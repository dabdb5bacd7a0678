"""What keeps a small change from being made at once, and what a buyer is told of it."""

from odoo import fields, models
from odoo.addons.retail_base import guard

# What a buyer refused is not asked again for as long as the policy says, as for large changes.
FORGET = """
    DELETE FROM retail_replenishment_proposal waiting
     USING retail_replenishment_policy policy, retail_replenishment_proposal refused
     WHERE waiting.id = ANY(%s) AND policy.id = waiting.policy_id
       AND refused.warehouse_id = waiting.warehouse_id AND refused.product_id = waiting.product_id
       AND refused.state = 'refused'
       AND refused.decided_at > waiting.create_date - policy.hold_days * interval '1 day'
"""


class ReplenishmentProposal(models.Model):
    _inherit = "retail.replenishment.proposal"

    warning = fields.Char(compute="_compute_warning", help="What speaks against it, as of now.")

    def _compute_warning(self):
        found = self._warnings()
        for each in self:
            each.warning = found.get(each.id, False)

    def _warnings(self):
        """Sentences by id, of all addons that know one, each saying what speaks against it and what to do."""
        return {}

    def _held_back(self):
        """Those of these small changes that are a buyer's to decide about all the same."""
        return self.browse()

    def _wait_for_buyer(self):
        """Leave them to a buyer; those that remain to be decided about."""
        self.flush()
        self.env.cr.execute(FORGET, (self.ids,))
        self.invalidate_cache()
        left = self.exists()
        guard.passing(left).write({"state": "open"})
        return left
