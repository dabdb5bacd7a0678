"""What is wrong with stock. Values are at sales prices, before tax."""

from odoo import models


class StockDetectors(models.Model):
    _inherit = "retail.detector"  # pylint: disable=consider-merging-classes-inherited # stock here, trade there

    def _query_negative_stock(self):
        return self._quants("quant.quantity < -%(limit)s", "quant.quantity")

    def _query_over_reserved(self):
        surplus = "quant.reserved_quantity - quant.quantity"
        return self._quants(f"quant.quantity >= 0 AND {surplus} > %(limit)s", surplus)

    def _query_count_differences(self):
        """Counts and corrections of the last days: what was written off or found, at cost."""
        places = self.env["retail.warehouse.places"]._internal()
        return f"""
            WITH places AS ({places})
            SELECT 'move/' || move.id AS key, move.company_id,
                   (SELECT warehouse_id FROM places WHERE places.id IN (move.location_id, move.location_dest_id)
                    LIMIT 1) AS warehouse_id,
                   move.product_id, NULL::integer AS partner_id, 'stock.inventory' AS res_model,
                   move.inventory_id AS res_id, layer.quantity, layer.value
            FROM stock_move move
            JOIN LATERAL (SELECT SUM(quantity) AS quantity, SUM(value) AS value FROM stock_valuation_layer
                          WHERE stock_move_id = move.id) layer ON true
            WHERE move.inventory_id IS NOT NULL AND move.state = 'done'
              AND move.date > %(now)s - interval '7 days' AND abs(layer.value) > %(limit)s
        """  # noqa: S608

    def _quants(self, condition, quantity):
        """Query of quants in stock; both arguments are constants of this module."""
        places = self.env["retail.warehouse.places"]._internal()
        return f"""
            WITH places AS ({places})
            SELECT concat_ws('/', 'quant', quant.product_id, quant.location_id, COALESCE(quant.lot_id, 0),
                             COALESCE(quant.package_id, 0), COALESCE(quant.owner_id, 0)) AS key,
                   quant.company_id, MIN(places.warehouse_id) AS warehouse_id, quant.product_id,
                   quant.owner_id AS partner_id, 'stock.quant' AS res_model, MIN(quant.id) AS res_id,
                   SUM({quantity}) AS quantity, SUM({quantity} * template.list_price) AS value
            FROM stock_quant quant
            JOIN stock_location place ON place.id = quant.location_id AND place.usage = 'internal'
            LEFT JOIN places ON places.id = quant.location_id
            JOIN product_product product ON product.id = quant.product_id
            JOIN product_template template ON template.id = product.product_tmpl_id
            WHERE {condition}
            GROUP BY quant.product_id, quant.location_id, quant.lot_id, quant.package_id, quant.owner_id,
                     quant.company_id
        """  # noqa: S608
