"""Till sales that were paid with more or less than they cost, and those that cost more than they were sold for."""

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

    def _query_till_below_cost(self):
        """Goods sold at tills in the last days that cost more than that, by more than `limit` per cent.

        The cost is that of the goods that left, which is known when a till moves stock: at once, or when its
        session is closed. Until then it is the product's. What has no cost is a discount or a tip, and no goods.
        """
        return """
            SELECT 'till/' || sold.order_id || '/' || sold.product_id AS key, sold.company_id, kind.warehouse_id,
                   sold.product_id, sold.partner_id, 'pos.order' AS res_model, sold.order_id AS res_id,
                   SUM(sold.qty) AS quantity, SUM(sold.cost - sold.revenue) AS value
            FROM (
                SELECT line.order_id, line.product_id, line.qty, sale.company_id, sale.partner_id, sale.session_id,
                       line.qty * COALESCE(NULLIF(gone.cost, 0), own.value_float) AS cost,
                       line.price_subtotal / COALESCE(NULLIF(sale.currency_rate, 0), 1) AS revenue
                FROM pos_order sale
                JOIN pos_order_line line ON line.order_id = sale.id AND line.qty > 0
                JOIN product_product product ON product.id = line.product_id
                JOIN product_template template ON template.id = product.product_tmpl_id
                     AND template.type != 'service'
                LEFT JOIN (
                    SELECT picking.pos_session_id, move.product_id, SUM(layer.value) / SUM(layer.quantity) AS cost
                    FROM stock_move move
                    JOIN stock_picking picking ON picking.id = move.picking_id
                         AND picking.pos_session_id IS NOT NULL
                    JOIN stock_valuation_layer layer ON layer.stock_move_id = move.id AND layer.quantity < 0
                    WHERE move.state = 'done' AND move.date > %(now)s - interval '7 days'
                    GROUP BY picking.pos_session_id, move.product_id
                ) gone ON gone.pos_session_id = sale.session_id AND gone.product_id = line.product_id
                LEFT JOIN ir_property own ON own.name = 'standard_price' AND own.company_id = sale.company_id
                     AND own.res_id = 'product.product,' || line.product_id
                WHERE sale.state IN ('paid', 'done', 'invoiced') AND sale.date_order > %(now)s - interval '7 days'
            ) sold
            JOIN pos_session session ON session.id = sold.session_id
            JOIN pos_config till ON till.id = session.config_id
            JOIN stock_picking_type kind ON kind.id = till.picking_type_id
            WHERE sold.cost > 0 AND sold.cost > sold.revenue * (1 + %(limit)s / 100)
            GROUP BY sold.order_id, sold.product_id, sold.company_id, kind.warehouse_id, sold.partner_id
        """
