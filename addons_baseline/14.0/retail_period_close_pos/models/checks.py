"""Checks of the tills: sessions that are open, and sales that are not in the ledger as they were rung up."""

from odoo import fields, models

BEGINNING = fields.Datetime.to_datetime("1970-01-01")


class TillChecks(models.Model):
    _inherit = "retail.period.check"

    def _find_open_tills(self, company, day):
        """Sessions that had begun by then; the amount is what was sold in them."""
        query = """
            SELECT session.id, COALESCE(SUM(sale.amount_total), 0)
            FROM pos_session session
            JOIN pos_config config ON config.id = session.config_id
            LEFT JOIN pos_order sale ON sale.session_id = session.id
            WHERE config.company_id = %(company)s AND session.state != 'closed' AND session.start_at < %(end)s
            GROUP BY session.id ORDER BY session.id
        """
        end = company._retail_end_of(day)
        return self._finding("pos.session", self._rows(query, company=company.id, end=end))

    def _find_till_sales_ledger(self, company, day):
        """Sessions closed since the last close whose entry does not say what customers paid; the difference.

        In a session's entry, what was paid is what stands in accounts of customers, less the sales that have an
        invoice of their own. Sessions in another currency are left out: their entries are rounded.
        """
        query = """
            WITH sessions AS (
                SELECT session.id, session.move_id
                FROM pos_session session
                JOIN pos_config config ON config.id = session.config_id
                JOIN account_journal journal ON journal.id = config.journal_id
                WHERE config.company_id = %(company)s AND session.state = 'closed'
                  AND session.stop_at >= %(begin)s AND session.stop_at < %(end)s
                  AND COALESCE(journal.currency_id, %(currency)s) = %(currency)s
            ), paid AS (
                SELECT payment.session_id AS id, SUM(payment.amount) AS amount
                FROM pos_payment payment
                JOIN pos_order sale ON sale.id = payment.pos_order_id
                JOIN sessions ON sessions.id = payment.session_id
                WHERE sale.account_move IS NULL
                GROUP BY payment.session_id
            ), booked AS (
                SELECT sessions.id, SUM(line.balance) AS amount
                FROM sessions
                JOIN account_move_line line ON line.move_id = sessions.move_id AND line.parent_state = 'posted'
                JOIN account_account account ON account.id = line.account_id
                WHERE account.internal_type = 'receivable'
                GROUP BY sessions.id
            )
            SELECT sessions.id, abs(COALESCE(paid.amount, 0) - COALESCE(booked.amount, 0))
            FROM sessions LEFT JOIN paid USING (id) LEFT JOIN booked USING (id)
            WHERE abs(COALESCE(paid.amount, 0) - COALESCE(booked.amount, 0)) > %(rounding)s
            ORDER BY sessions.id
        """
        closed = company._retail_closed_date()
        rows = self._rows(
            query,
            company=company.id,
            currency=company.currency_id.id,
            rounding=company.currency_id.rounding / 2,
            begin=company._retail_end_of(closed) if closed else BEGINNING,
            end=company._retail_end_of(day),
        )
        return self._finding("pos.session", rows)
