"""What is late, what comes back too often, and what is sold at a loss."""

from odoo import models


class TradeDetectors(models.Model):
    _inherit = "retail.detector"  # pylint: disable=consider-merging-classes-inherited # stock here, trade there

    def _query_late_receipts(self):
        return self._late_transfers("incoming", ("waiting", "confirmed", "assigned"))

    def _query_waiting_deliveries(self):
        return self._late_transfers("outgoing", ("waiting", "confirmed"))

    def _query_ready_not_shipped(self):
        return self._late_transfers("outgoing", ("assigned",))

    def _late_transfers(self, code, states):
        """Transfers whose time was more than `limit` hours ago; the arguments are constants of this module."""
        listed = ", ".join(f"'{state}'" for state in states)
        return f"""
            SELECT 'picking/' || picking.id AS key, picking.company_id, kind.warehouse_id,
                   NULL::integer AS product_id, picking.partner_id, 'stock.picking' AS res_model,
                   picking.id AS res_id, SUM(move.product_qty) AS quantity,
                   SUM(move.product_qty * template.list_price) AS value
            FROM stock_picking picking
            JOIN stock_picking_type kind ON kind.id = picking.picking_type_id
            JOIN stock_move move ON move.picking_id = picking.id AND move.state NOT IN ('done', 'cancel')
            JOIN product_product product ON product.id = move.product_id
            JOIN product_template template ON template.id = product.product_tmpl_id
            WHERE kind.code = '{code}' AND picking.state IN ({listed})
              AND picking.scheduled_date < %(now)s - %(limit)s * interval '1 hour'
            GROUP BY picking.id, kind.warehouse_id
        """  # noqa: S608

    def _query_returned_products(self):
        return self._returns("product", "moves.product_id, NULL::integer AS partner_id", "product.product")

    def _query_returning_customers(self):
        return self._returns("partner", "NULL::integer AS product_id, moves.partner_id", "res.partner")

    def _returns(self, of, columns, model):
        """Who or what comes back: more than `limit` per cent of thirty days, from five pieces on.

        Found in each store, and over all of them where several had a part in it. What came back counts where it
        was sold, if that is known, because of what that store has sold it is so much. Tills are in it, too: their
        returns are moves like all others.
        """
        places = self.env["retail.warehouse.places"]._internal()
        return f"""
            SELECT concat_ws('/', '{of}', moves.company_id, moves.{of}_id, moves.warehouse_id) AS key,
                   moves.company_id, moves.warehouse_id, {columns},
                   '{model}' AS res_model, moves.{of}_id AS res_id,
                   SUM(moves.back) AS quantity, SUM(moves.back * template.list_price) AS value
            FROM (
                SELECT move.company_id, places.warehouse_id, move.product_id, picking.partner_id,
                       CASE WHEN target.usage = 'customer' THEN move.product_qty ELSE 0 END AS sold,
                       CASE WHEN source.usage = 'customer' THEN move.product_qty ELSE 0 END AS back
                FROM stock_move move
                JOIN stock_location source ON source.id = move.location_id
                JOIN stock_location target ON target.id = move.location_dest_id
                LEFT JOIN stock_picking picking ON picking.id = move.picking_id
                LEFT JOIN stock_move origin ON origin.id = move.origin_returned_move_id
                LEFT JOIN ({places}) places ON places.id = CASE
                     WHEN source.usage = 'customer' THEN COALESCE(origin.location_id, target.id) ELSE source.id END
                WHERE move.state = 'done' AND move.date > %(recently)s
                  AND (source.usage = 'customer') != (target.usage = 'customer')
            ) moves
            JOIN product_product product ON product.id = moves.product_id
            JOIN product_template template ON template.id = product.product_tmpl_id
            WHERE moves.{of}_id IS NOT NULL
            GROUP BY GROUPING SETS ((moves.company_id, moves.{of}_id, moves.warehouse_id),
                                    (moves.company_id, moves.{of}_id))
            HAVING SUM(moves.back) >= 5 AND SUM(moves.back) * 100 > SUM(moves.sold) * %(limit)s
               AND CASE GROUPING(moves.warehouse_id) WHEN 0 THEN moves.warehouse_id IS NOT NULL
                   ELSE COUNT(DISTINCT COALESCE(moves.warehouse_id, 0)) > 1 OR MIN(moves.warehouse_id) IS NULL END
        """  # noqa: S608

    def _query_sold_below_cost(self):
        """Deliveries of the last days that cost more than they were sold for, by more than `limit` per cent."""
        return """
            SELECT 'order/' || line.order_id || '/' || line.product_id AS key, line.company_id, sale.warehouse_id,
                   line.product_id, sale.partner_id, 'sale.order' AS res_model, line.order_id AS res_id,
                   SUM(sold.quantity) AS quantity, SUM(sold.cost - sold.revenue) AS value
            FROM (
                SELECT move.sale_line_id, SUM(-layer.quantity) AS quantity, SUM(-layer.value) AS cost,
                       SUM(-layer.quantity * line.price_subtotal
                           / NULLIF(line.product_uom_qty / unit.factor * own.factor, 0)
                           / COALESCE(NULLIF(sale.currency_rate, 0), 1)) AS revenue
                FROM stock_move move
                JOIN stock_valuation_layer layer ON layer.stock_move_id = move.id
                JOIN sale_order_line line ON line.id = move.sale_line_id
                JOIN sale_order sale ON sale.id = line.order_id
                JOIN uom_uom unit ON unit.id = line.product_uom
                JOIN product_product product ON product.id = line.product_id
                JOIN product_template template ON template.id = product.product_tmpl_id
                JOIN uom_uom own ON own.id = template.uom_id
                WHERE move.state = 'done' AND move.date > %(now)s - interval '7 days'
                GROUP BY move.sale_line_id
            ) sold
            JOIN sale_order_line line ON line.id = sold.sale_line_id
            JOIN sale_order sale ON sale.id = line.order_id
            WHERE sold.cost > sold.revenue * (1 + %(limit)s / 100)
            GROUP BY line.order_id, line.product_id, line.company_id, sale.warehouse_id, sale.partner_id
        """
