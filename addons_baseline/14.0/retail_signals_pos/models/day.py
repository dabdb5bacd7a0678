"""Figures of tills, by cashier: whoever the sale or the session is of."""

from odoo import api, models
from odoo.addons.retail_signals.models.day import GIVEN

SALES = """
    SELECT sale.date_order::date AS date, sale.company_id, kind.warehouse_id, line.product_id,
           NULL::integer AS partner_id, sale.user_id, NULL::integer AS journal_id, {columns}
    FROM pos_order_line line
    JOIN pos_order sale ON sale.id = line.order_id AND sale.state IN ('paid', 'done', 'invoiced')
    JOIN pos_session session ON session.id = sale.session_id
    JOIN pos_config till ON till.id = session.config_id
    JOIN stock_picking_type kind ON kind.id = till.picking_type_id
    {joined}
    WHERE sale.date_order >= %(since)s AND sale.date_order < %(until)s {condition}
"""


class SignalDay(models.Model):
    _inherit = "retail.signal.day"

    @api.model
    def _measures(self):
        return [*super()._measures(), "till_returned", "till_discounted", "till_cash"]

    def _query_till_returned(self):
        """Lines rung up; events are those that go back."""
        columns = """
            CASE WHEN line.qty < 0 THEN 1 ELSE 0 END AS events, 1 AS exposure,
            GREATEST(-line.price_subtotal, 0) / COALESCE(NULLIF(sale.currency_rate, 0), 1) AS amount
        """
        return SALES.format(columns=columns, joined="", condition="")

    def _query_till_discounted(self):
        """Lines sold; events are those with a discount, or below the shop's price where that is known.

        A till has the prices of when its page was loaded, at the earliest when its session began.
        """
        columns = """
            given.event AS events, 1 AS exposure,
            given.event * line.qty * given.less / COALESCE(NULLIF(sale.currency_rate, 0), 1) AS amount
        """
        given = GIVEN.format(price=self._price_of_the_shop("COALESCE(session.start_at, sale.date_order)"))
        return SALES.format(columns=columns, joined=given, condition="AND line.qty > 0")

    def _query_till_cash(self):
        """Sessions that were closed; the amount is by how much the cash was too little or too much.

        It is in the till's own currency, which is the company's in nearly all shops.
        """
        return """
            SELECT session.stop_at::date AS date, till.company_id, kind.warehouse_id, NULL::integer AS product_id,
                   NULL::integer AS partner_id, session.user_id, NULL::integer AS journal_id,
                   CASE WHEN session.cash_real_difference = 0 THEN 0 ELSE 1 END AS events, 1 AS exposure,
                   abs(session.cash_real_difference) AS amount
            FROM pos_session session
            JOIN pos_config till ON till.id = session.config_id
            JOIN stock_picking_type kind ON kind.id = till.picking_type_id
            WHERE session.state = 'closed' AND session.stop_at >= %(since)s AND session.stop_at < %(until)s
              AND session.cash_real_difference IS NOT NULL
        """
