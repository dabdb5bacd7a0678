"""Checks of debts to vendors: what came in against what was billed, both until the period's last day."""

from odoo import models

# How much of each order line was received and billed, in the product's own unit; `price` is for one such unit, in
# the company's currency. Returned goods count when the vendor is to refund them, as in purchase_stock. Services
# have no date of reception, so what is received now counts.
LINES = """
    WITH received AS (
        SELECT move.purchase_line_id AS line_id,
               SUM(CASE WHEN destination.usage != 'supplier' THEN move.product_qty
                        WHEN move.to_refund THEN -move.product_qty ELSE 0 END) AS quantity
        FROM stock_move move JOIN stock_location destination ON destination.id = move.location_dest_id
        WHERE move.purchase_line_id IS NOT NULL AND move.company_id = %(company)s
          AND move.state = 'done' AND move.date < %(end)s
        GROUP BY move.purchase_line_id
    ), billed AS (
        SELECT item.purchase_line_id AS line_id,
               SUM(CASE WHEN bill.move_type = 'in_refund' THEN -1 ELSE 1 END
                   * item.quantity / unit.factor * own.factor) AS quantity
        FROM account_move_line item
        JOIN account_move bill ON bill.id = item.move_id
        JOIN uom_uom unit ON unit.id = item.product_uom_id
        JOIN product_product product ON product.id = item.product_id
        JOIN product_template template ON template.id = product.product_tmpl_id
        JOIN uom_uom own ON own.id = template.uom_id
        WHERE item.purchase_line_id IS NOT NULL AND bill.company_id = %(company)s
          AND bill.state = 'posted' AND bill.date <= %(day)s
        GROUP BY item.purchase_line_id
    ), lines AS (
        SELECT line.id, line.order_id,
               COALESCE(received.quantity, 0) + CASE WHEN line.qty_received_method = 'manual'
                   THEN line.qty_received_manual / unit.factor * own.factor ELSE 0 END AS received,
               COALESCE(billed.quantity, 0) AS billed,
               line.price_subtotal / NULLIF(line.product_uom_qty, 0)
                   / COALESCE(NULLIF(purchase.currency_rate, 0), 1) AS price
        FROM purchase_order_line line
        JOIN purchase_order purchase ON purchase.id = line.order_id
        JOIN uom_uom unit ON unit.id = line.product_uom
        JOIN product_product product ON product.id = line.product_id
        JOIN product_template template ON template.id = product.product_tmpl_id
        JOIN uom_uom own ON own.id = template.uom_id
        LEFT JOIN received ON received.line_id = line.id
        LEFT JOIN billed ON billed.line_id = line.id
        WHERE purchase.company_id = %(company)s AND purchase.state IN ('purchase', 'done')
          AND purchase.date_approve < %(end)s
    )
"""


class PurchaseChecks(models.Model):
    _inherit = "retail.period.check"  # pylint: disable=consider-merging-classes-inherited # a part of the trade each

    def _find_received_not_billed(self, company, day):
        return self._orders_off("purchase.order", LINES, "received - billed", company, day)

    def _find_billed_not_received(self, company, day):
        return self._orders_off("purchase.order", LINES, "billed - received", company, day)
