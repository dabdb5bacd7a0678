"""Checks of sales that are invoiced: what left and came back against what was charged, until the last day."""

from odoo import models

# How much of each order line was delivered (returns subtracted) and invoiced (refunds subtracted), in the
# product's own unit; `price` is for one such unit, in the company's currency. Returns count as in sale_stock.
LINES = """
    WITH moved AS (
        SELECT move.sale_line_id AS line_id,
               SUM(CASE WHEN destination.usage = 'customer'
                             AND (move.origin_returned_move_id IS NULL OR move.to_refund)
                        THEN move.product_qty ELSE 0 END) AS sent,
               SUM(CASE WHEN destination.usage != 'customer' AND move.to_refund
                        THEN move.product_qty ELSE 0 END) AS returned
        FROM stock_move move JOIN stock_location destination ON destination.id = move.location_dest_id
        WHERE move.sale_line_id IS NOT NULL AND move.company_id = %(company)s
          AND move.state = 'done' AND NOT COALESCE(move.scrapped, false) AND move.date < %(end)s
        GROUP BY move.sale_line_id
    ), charged AS (
        SELECT link.order_line_id AS line_id,
               SUM(CASE WHEN invoice.move_type = 'out_refund' THEN -1 ELSE 1 END
                   * item.quantity / unit.factor * own.factor) AS quantity
        FROM sale_order_line_invoice_rel link
        JOIN account_move_line item ON item.id = link.invoice_line_id
        JOIN account_move invoice ON invoice.id = item.move_id
        JOIN uom_uom unit ON unit.id = item.product_uom_id
        JOIN product_product product ON product.id = item.product_id
        JOIN product_template template ON template.id = product.product_tmpl_id
        JOIN uom_uom own ON own.id = template.uom_id
        WHERE invoice.company_id = %(company)s AND invoice.state = 'posted' AND invoice.date <= %(day)s
        GROUP BY link.order_line_id
    ), lines AS (
        SELECT line.id, line.order_id, moved.returned,
               moved.sent - moved.returned AS delivered,
               COALESCE(charged.quantity, 0) AS charged,
               line.price_subtotal / NULLIF(line.product_uom_qty / unit.factor * own.factor, 0)
                   / COALESCE(NULLIF(sale.currency_rate, 0), 1) AS price
        FROM moved
        JOIN sale_order_line line ON line.id = moved.line_id
        JOIN sale_order sale ON sale.id = line.order_id
        JOIN uom_uom unit ON unit.id = line.product_uom
        JOIN product_product product ON product.id = line.product_id
        JOIN product_template template ON template.id = product.product_tmpl_id
        JOIN uom_uom own ON own.id = template.uom_id
        LEFT JOIN charged ON charged.line_id = line.id
        WHERE sale.company_id = %(company)s AND sale.state IN ('sale', 'done')
    )
"""
NOT_CHARGED = "delivered - charged"
# Invoiced before delivery is usual; only as much as came back is owed to the customer.
NOT_REFUNDED = "LEAST(returned, charged - delivered)"


class SaleChecks(models.Model):
    _inherit = "retail.period.check"  # pylint: disable=consider-merging-classes-inherited # a part of the trade each

    def _find_delivered_not_invoiced(self, company, day):
        return self._orders_off("sale.order", LINES, NOT_CHARGED, company, day)

    def _find_returned_not_refunded(self, company, day):
        return self._orders_off("sale.order", LINES, NOT_REFUNDED, company, day)
