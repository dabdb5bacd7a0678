"""Whose a write-off is: above the limits stock moves when somebody approves it, and that person did not count."""

from odoo import api, models

# The register knows the document of each move. Of two who counted the same, the later one found what was posted.
WHO = """
    COALESCE(
        (SELECT counted.user_id
         FROM retail_adjustment_entry entry
         JOIN retail_count_entry counted ON counted.inventory_id = entry.inventory_id
          AND counted.product_id = entry.product_id AND counted.location_id = entry.location_id
          AND counted.lot_id IS NOT DISTINCT FROM entry.lot_id
         WHERE entry.move_id = move.id ORDER BY counted.id DESC LIMIT 1),
        (SELECT request.requester_id
         FROM retail_adjustment_entry entry
         JOIN retail_approval_request request ON request.state = 'approved'
          AND request.res_model = CASE WHEN entry.scrap_id IS NULL THEN 'stock.inventory' ELSE 'stock.scrap' END
          AND request.res_id = COALESCE(entry.scrap_id, entry.inventory_id)
         WHERE entry.move_id = move.id ORDER BY request.id DESC LIMIT 1),
        {otherwise})
"""


class SignalDay(models.Model):
    _inherit = "retail.signal.day"

    @api.model
    def _who_wrote_off(self):
        return WHO.format(otherwise=super()._who_wrote_off())
