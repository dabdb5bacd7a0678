"""Signals on the board of exceptions, with their explanation."""

from odoo import api, models


class RetailException(models.Model):
    _inherit = "retail.exception"

    @api.depends("res_model", "res_id")
    def _compute_name(self):
        result = super()._compute_name()
        for found in self.filtered(lambda each: each.res_model == "retail.signal"):
            # Whoever sees the exception may know what it is about.
            signal = self.env["retail.signal"].sudo().browse(found.res_id).exists()
            if signal:
                found.name = f"{signal.name}: {signal.explanation}"
        return result


class Detector(models.Model):
    _inherit = "retail.detector"

    def _query_signals(self):
        """What nobody has judged yet; the limit is not used, because each kind has its own."""
        return """
            SELECT 'signal/' || signal.id AS key, signal.company_id, signal.warehouse_id, signal.product_id,
                   signal.partner_id, 'retail.signal' AS res_model, signal.id AS res_id,
                   signal.observed AS quantity, 0 AS value
            FROM retail_signal signal
            JOIN retail_signal_kind kind ON kind.id = signal.kind_id AND kind.active
            WHERE signal.state = 'open' AND signal.verdict IS NULL
        """
