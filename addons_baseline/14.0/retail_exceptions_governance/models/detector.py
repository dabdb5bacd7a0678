"""What approvals and rules hold back, and what went around them."""

from dateutil.relativedelta import relativedelta
from odoo import fields, models

BILLS = ("in_invoice", "in_receipt")


class Detector(models.Model):
    _inherit = "retail.detector"

    def _query_blocked_bills(self):
        """Drafts that cannot be posted as they stand, entered more than `limit` hours ago.

        What does not agree, the bill itself says: there is one rule for it, and drafts are few.
        """
        drafts = [("move_type", "in", BILLS), ("state", "=", "draft"), ("create_date", "<", self._limit_ago())]
        bills = self.env["account.move"].search([*drafts, ("invoice_line_ids", "!=", False)])
        blocked = bills.filtered(lambda bill: bill._match_refusal())
        return f"""
            SELECT 'bill/' || bill.id AS key, bill.company_id, ordered.warehouse_id, NULL::integer AS product_id,
                   bill.partner_id, 'account.move' AS res_model, bill.id AS res_id, 1 AS quantity,
                   abs(bill.amount_total_signed) AS value
            FROM account_move bill
            LEFT JOIN LATERAL (
                SELECT kind.warehouse_id
                FROM account_move_line line
                JOIN purchase_order_line bought ON bought.id = line.purchase_line_id
                JOIN purchase_order purchase ON purchase.id = bought.order_id
                JOIN stock_picking_type kind ON kind.id = purchase.picking_type_id
                WHERE line.move_id = bill.id LIMIT 1
            ) ordered ON true
            WHERE bill.id = ANY({_listed(blocked.ids)})
        """  # noqa: S608

    def _query_sold_unapproved(self):
        """Goods that went to customers in seven days, at tills and by orders, while nobody had approved them."""
        return """
            SELECT concat_ws('/', 'product', move.company_id, kind.warehouse_id, move.product_id) AS key,
                   move.company_id, kind.warehouse_id, move.product_id, NULL::integer AS partner_id,
                   'product.template' AS res_model, template.id AS res_id, SUM(move.product_qty) AS quantity,
                   SUM(move.product_qty * template.list_price) AS value
            FROM stock_move move
            JOIN stock_location source ON source.id = move.location_id AND source.usage != 'customer'
            JOIN stock_location target ON target.id = move.location_dest_id AND target.usage = 'customer'
            JOIN product_product product ON product.id = move.product_id
            JOIN product_template template ON template.id = product.product_tmpl_id
            JOIN product_category category ON category.id = template.categ_id AND category.approval_needed
            LEFT JOIN stock_picking_type kind ON kind.id = move.picking_type_id
            WHERE move.state = 'done' AND move.date > %(now)s - interval '7 days'
              AND template.approval_state != 'approved'
              AND (template.approval_ended_at IS NULL OR move.date > template.approval_ended_at)
            GROUP BY move.company_id, kind.warehouse_id, move.product_id, template.id
            HAVING SUM(move.product_qty) > %(limit)s
        """

    def _query_blocked_order_points(self):
        """Rules that have run low for more than `limit` hours, and know why nothing comes."""
        rules = self.env["stock.warehouse.orderpoint"].search([("low_since", "<", self._limit_ago())])
        blocked = [number for number, reasons in rules._blocked_reasons().items() if reasons]
        return f"""
            SELECT 'orderpoint/' || rule.id AS key, rule.company_id, rule.warehouse_id, rule.product_id,
                   NULL::integer AS partner_id, 'stock.warehouse.orderpoint' AS res_model, rule.id AS res_id,
                   rule.product_min_qty AS quantity, rule.product_min_qty * template.list_price AS value
            FROM stock_warehouse_orderpoint rule
            JOIN product_product product ON product.id = rule.product_id
            JOIN product_template template ON template.id = product.product_tmpl_id
            WHERE rule.id = ANY({_listed(blocked)})
        """  # noqa: S608

    def _query_paid_back_unapproved(self):
        """What a till paid before somebody who has to had agreed, until then; and what could not be recorded."""
        return """
            SELECT 'return/' || document.id AS key, document.company_id, document.warehouse_id,
                   NULL::integer AS product_id, document.partner_id, 'retail.return' AS res_model,
                   document.id AS res_id, 1 AS quantity, -sale.amount_total AS value
            FROM retail_return document
            JOIN pos_order sale ON sale.id = document.pos_order_id
            WHERE document.paid_unapproved AND document.approval_state != 'approved'
              AND abs(sale.amount_total) > %(limit)s
            UNION ALL
            SELECT 'order/' || sale.id, sale.company_id, kind.warehouse_id, NULL, sale.partner_id, 'pos.order',
                   sale.id, 1, -sale.amount_total
            FROM pos_order sale
            JOIN pos_session session ON session.id = sale.session_id
            JOIN pos_config till ON till.id = session.config_id
            JOIN stock_picking_type kind ON kind.id = till.picking_type_id
            WHERE sale.return_missing IS NOT NULL AND abs(sale.amount_total) > %(limit)s
        """

    def _limit_ago(self):
        return fields.Datetime.now() - relativedelta(hours=self.limit)


def _listed(ids):
    """Numbers of records as an array in a query."""
    return f"ARRAY[{', '.join(str(int(number)) for number in ids)}]::integer[]"
