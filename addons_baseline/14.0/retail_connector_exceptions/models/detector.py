"""Services outside of which calls were given up, each with how many."""

from odoo import api, models


class RetailException(models.Model):
    _inherit = "retail.exception"

    @api.depends("res_model", "res_id")
    def _compute_name(self):
        result = super()._compute_name()
        for found in self.filtered(lambda each: each.res_model == "retail.connector.endpoint"):
            endpoint = self.env["retail.connector.endpoint"].sudo().browse(found.res_id).exists()
            found.name = f"{found.detector_id.name}: {endpoint.name}" if endpoint else found.detector_id.name
        return result


class Detector(models.Model):
    _inherit = "retail.detector"

    def _query_calls_given_up(self):
        """By service and company: those that nobody has sent again or cancelled, if more than `limit`."""
        return """
            SELECT 'endpoint/' || message.endpoint_id || '/' || COALESCE(message.company_id, 0) AS key,
                   message.company_id, NULL::integer AS warehouse_id, NULL::integer AS product_id,
                   NULL::integer AS partner_id, 'retail.connector.endpoint' AS res_model,
                   message.endpoint_id AS res_id, COUNT(*) AS quantity, 0 AS value
            FROM retail_connector_message message
            WHERE message.state = 'dead'
            GROUP BY message.endpoint_id, message.company_id
            HAVING COUNT(*) > %(limit)s
        """
