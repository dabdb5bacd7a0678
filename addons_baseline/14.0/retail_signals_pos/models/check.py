"""Whether cash and sales can be told apart by day and cashier."""

from odoo import models


class SignalCheck(models.Model):
    _inherit = "retail.signal.check"

    def _query_sessions(self):
        """Sessions closed within a day: one that stays open for longer is several cashiers'."""
        return """
            SELECT till.company_id,
                   100.0 * AVG(CASE WHEN session.stop_at < session.start_at + interval '1 day' THEN 1 ELSE 0 END)
                       AS value
            FROM pos_session session
            JOIN pos_config till ON till.id = session.config_id
            WHERE session.start_at BETWEEN %(now)s - interval '90 days' AND %(now)s - interval '1 day'
            GROUP BY till.company_id
        """
