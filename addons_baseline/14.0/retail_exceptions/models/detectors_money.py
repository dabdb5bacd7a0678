"""What customers are given back without a credit note, which no rule about returns sees."""

from odoo import models


class MoneyDetectors(models.Model):
    _inherit = "retail.detector"  # pylint: disable=consider-merging-classes-inherited # stock, trade, and money here

    def _query_invoices_with_deductions(self):
        """Invoices of thirty days that take off more than `limit` by lines of their own.

        Down payments, and what an order's own line takes off, were agreed on the order; exchanges at a till there.
        """
        return f"""
            SELECT 'invoice/' || move.id AS key, move.company_id, NULL::integer AS warehouse_id,
                   NULL::integer AS product_id, move.commercial_partner_id AS partner_id,
                   'account.move' AS res_model, move.id AS res_id, COUNT(*) AS quantity, SUM(line.balance) AS value
            FROM account_move move
            JOIN account_move_line line ON line.move_id = move.id AND line.balance > 0
             AND line.display_type IS NULL AND NOT COALESCE(line.exclude_from_invoice_tab, false)
            WHERE move.move_type IN ('out_invoice', 'out_receipt') AND move.state = 'posted'
              AND move.date > %(recently)s::date {self._not_of_tills()}
              AND NOT EXISTS (
                  SELECT 1 FROM sale_order_line_invoice_rel link
                  JOIN sale_order_line ordered ON ordered.id = link.order_line_id
                  WHERE link.invoice_line_id = line.id
                    AND (ordered.is_downpayment OR ordered.price_unit < 0 AND line.quantity > 0)
              )
            GROUP BY move.id
            HAVING SUM(line.balance) > %(limit)s
        """  # noqa: S608

    def _not_of_tills(self):
        """A condition on `move`; not every tenant has tills."""
        if "pos.order" not in self.env:
            return ""
        return "AND NOT EXISTS (SELECT 1 FROM pos_order WHERE pos_order.account_move = move.id)"

    def _query_paid_to_customers(self):
        """Payments of thirty days, and lines of banks, of which more than `limit` goes back without a credit note.

        What a customer paid too much is given back as well; the entry that is balanced then is a payment.
        """
        return """
            SELECT 'payment/' || move.id || '/' || line.partner_id AS key, move.company_id,
                   NULL::integer AS warehouse_id, NULL::integer AS product_id, line.partner_id,
                   'account.move' AS res_model, move.id AS res_id, 1 AS quantity,
                   SUM(line.balance - COALESCE(covered.amount, 0)) AS value
            FROM account_move move
            JOIN account_journal journal ON journal.id = move.journal_id
            JOIN account_move_line line ON line.move_id = move.id AND line.balance > 0
             AND line.partner_id IS NOT NULL
            JOIN account_account account ON account.id = line.account_id
             AND account.internal_type = 'receivable'
            LEFT JOIN LATERAL (
                SELECT SUM(part.amount) AS amount
                FROM account_partial_reconcile part
                JOIN account_move_line other ON other.id = part.credit_move_id
                JOIN account_move source ON source.id = other.move_id
                WHERE part.debit_move_id = line.id
                  AND (source.move_type = 'out_refund' OR source.payment_id IS NOT NULL
                       OR source.statement_line_id IS NOT NULL)
            ) covered ON true
            WHERE move.state = 'posted' AND move.date > %(recently)s::date
              AND (move.payment_id IS NOT NULL OR move.statement_line_id IS NOT NULL AND journal.type = 'bank')
            GROUP BY move.id, line.partner_id
            HAVING SUM(line.balance - COALESCE(covered.amount, 0)) > %(limit)s
        """
