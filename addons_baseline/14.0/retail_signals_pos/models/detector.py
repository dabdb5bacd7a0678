"""Till sales that were paid with more or less than they cost."""

from odoo import models


class Detector(models.Model):
    _inherit = "retail.detector"

    def _query_till_payments(self):
        """Sessions of thirty days with sales whose payments and total differ by more than `limit`."""
        return """
            SELECT 'session/' || session.id AS key, sale.company_id, kind.warehouse_id,
                   NULL::integer AS product_id, NULL::integer AS partner_id,
                   'pos.session' AS res_model, session.id AS res_id,
                   COUNT(*) AS quantity, SUM(abs(sale.difference)) AS value
            FROM (
                SELECT one.id, one.session_id, one.company_id,
                       COALESCE(SUM(payment.amount), 0) - one.amount_total AS difference
                FROM pos_order one
                LEFT JOIN pos_payment payment ON payment.pos_order_id = one.id
                WHERE one.state IN ('paid', 'done', 'invoiced') AND one.date_order > %(recently)s
                GROUP BY one.id
            ) sale
            JOIN pos_session session ON session.id = sale.session_id
            JOIN pos_config till ON till.id = session.config_id
            JOIN stock_picking_type kind ON kind.id = till.picking_type_id
            WHERE abs(sale.difference) > %(limit)s
            GROUP BY session.id, sale.company_id, kind.warehouse_id
        """
