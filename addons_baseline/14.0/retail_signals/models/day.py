"""What happened in a day, added up: the figures that signals are made of. Rows are added and never changed."""

from datetime import timedelta

from odoo import api, fields, models

# Days that are read when a measure is new, and kept: thirteen windows of a week, and as much again.
HISTORY = timedelta(days=182)
# Tills send sales late, and people enter yesterday's: so many days are read again each night, and what has changed
# is added as a difference.
READ_AGAIN = timedelta(days=14)
# After its day a bank line is matched within so many days.
DAYS_TO_MATCH = 7

APPEND = """
    INSERT INTO retail_signal_day (
        measure, date, company_id, warehouse_id, product_id, partner_id, user_id, journal_id,
        events, exposure, amount)
    SELECT %(measure)s, date, company_id, warehouse_id, product_id, partner_id, user_id, journal_id,
           SUM(events), SUM(exposure), SUM(amount)
    FROM (
        {query}
        UNION ALL
        SELECT date, company_id, warehouse_id, product_id, partner_id, user_id, journal_id,
               -events, -exposure, -amount
        FROM retail_signal_day WHERE measure = %(measure)s AND date >= %(since)s AND date < %(until)s
    ) both_ways
    GROUP BY date, company_id, warehouse_id, product_id, partner_id, user_id, journal_id
    HAVING abs(SUM(events)) > 0.00001 OR abs(SUM(exposure)) > 0.00001 OR abs(SUM(amount)) > 0.00001
"""
# Whether a line of `sale` is sold below what the shop asks, and by how much a unit: by a discount, or by a price
# that somebody gave by hand. Less than one per cent is rounding. OFFSET lets the price be looked up once, and not
# wherever it is used.
GIVEN = """
    CROSS JOIN LATERAL (
        SELECT known.less, CASE WHEN line.discount > 0 OR known.less > known.price / 100 THEN 1 ELSE 0 END AS event
        FROM (
            SELECT asked.price, GREATEST(line.price_unit * line.discount / 100,
                                         asked.price - line.price_unit * (1 - line.discount / 100)) AS less
            FROM (SELECT {price} AS price OFFSET 0) asked
        ) known
    ) given
"""


class SignalDay(models.Model):
    """A measure named `code` is read by `_query_<code>()`.

    The query has the columns date (in UTC), company_id, warehouse_id, product_id, partner_id, user_id, journal_id,
    events, exposure (what the events come from) and amount (at cost or price, before tax, in the company's
    currency), and the parameters `since` and `until`, the latter excluded.
    """

    _name = "retail.signal.day"
    _inherit = "retail.sealed.mixin"
    _description = "Figures of a day"
    _log_access = False
    _order = "date desc, id desc"

    measure = fields.Char(required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    warehouse_id = fields.Many2one("stock.warehouse", "Store", readonly=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", readonly=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", "Person", readonly=True, ondelete="cascade")
    journal_id = fields.Many2one("account.journal", "Bank", readonly=True, ondelete="cascade")
    events = fields.Float(readonly=True)
    exposure = fields.Float(readonly=True)
    amount = fields.Float(readonly=True)

    def init(self):
        self.env.cr.execute(
            "CREATE INDEX IF NOT EXISTS retail_signal_day_measure ON retail_signal_day (measure, company_id, date)"
        )

    @api.model
    def _measures(self):
        return ["trade", "adjusted", "discounted", "bank_late"]

    @api.model
    def _append(self, today):
        """Add what is new of all days before today, and forget what is too old to be of use."""
        self.env["base"].flush()
        for measure in self._measures():
            self.env.cr.execute(
                APPEND.format(query=getattr(self, f"_query_{measure}")()),
                {"measure": measure, "since": self._since(measure, today), "until": today},
            )
        self.env.cr.execute("DELETE FROM retail_signal_day WHERE date < %s", [today - HISTORY])
        self.invalidate_cache()

    def _since(self, measure, today):
        self.env.cr.execute("SELECT 1 FROM retail_signal_day WHERE measure = %s LIMIT 1", [measure])
        return today - (READ_AGAIN if self.env.cr.fetchone() else HISTORY)

    def _query_trade(self):
        """Events are pieces that came back, exposure is pieces sold; tills are in it, too: they move stock."""
        places = self.env["retail.warehouse.places"]._internal()
        return f"""
            SELECT move.date::date AS date, move.company_id,
                   COALESCE(origin.warehouse_id, goal.warehouse_id, kind.warehouse_id) AS warehouse_id,
                   move.product_id,
                   CASE WHEN source.usage = 'customer' THEN picking.partner_id END AS partner_id,
                   NULL::integer AS user_id, NULL::integer AS journal_id,
                   CASE WHEN source.usage = 'customer' THEN move.product_qty ELSE 0 END AS events,
                   CASE WHEN target.usage = 'customer' THEN move.product_qty ELSE 0 END AS exposure,
                   CASE WHEN source.usage = 'customer' THEN move.product_qty * template.list_price ELSE 0 END
                       AS amount
            FROM stock_move move
            JOIN stock_location source ON source.id = move.location_id
            JOIN stock_location target ON target.id = move.location_dest_id
            JOIN product_product product ON product.id = move.product_id
            JOIN product_template template ON template.id = product.product_tmpl_id
            LEFT JOIN stock_picking picking ON picking.id = move.picking_id
            LEFT JOIN stock_picking_type kind ON kind.id = move.picking_type_id
            LEFT JOIN ({places}) origin ON origin.id = move.location_id
            LEFT JOIN ({places}) goal ON goal.id = move.location_dest_id
            WHERE move.state = 'done' AND move.date >= %(since)s AND move.date < %(until)s
              AND (source.usage = 'customer') != (target.usage = 'customer')
        """  # noqa: S608

    def _query_adjusted(self):
        """Stock that was written off by a count, a correction or a scrap; the amount is at cost."""
        places = self.env["retail.warehouse.places"]._internal()
        return f"""
            SELECT move.date::date AS date, move.company_id, places.warehouse_id, move.product_id,
                   NULL::integer AS partner_id, {self._who_wrote_off()} AS user_id,
                   NULL::integer AS journal_id, 1 AS events, 0 AS exposure,
                   -COALESCE(layer.value, 0) AS amount
            FROM stock_move move
            JOIN stock_location target ON target.id = move.location_dest_id AND target.usage = 'inventory'
            JOIN ({places}) places ON places.id = move.location_id
            LEFT JOIN LATERAL (SELECT SUM(value) AS value FROM stock_valuation_layer
                               WHERE stock_move_id = move.id) layer ON true
            WHERE move.state = 'done' AND move.date >= %(since)s AND move.date < %(until)s
        """  # noqa: S608

    @api.model
    def _who_wrote_off(self):
        """SQL of the person behind `move`."""
        return "move.create_uid"

    @api.model
    def _price_of_the_shop(self, since):  # noqa: ARG002 # for addons that know it
        """SQL of what the shop asks for `line` of `sale`, for the product's own unit; NULL where nobody knows.

        `since` is SQL of the earliest time at which the line can have got its price.
        """
        return "NULL::numeric"

    def _query_discounted(self):
        """Lines of orders; events are those with a discount, or below the shop's price where that is known."""
        price = f"{self._price_of_the_shop('line.create_date')} * own.factor / NULLIF(unit.factor, 0)"
        return f"""
            SELECT sale.date_order::date AS date, line.company_id, sale.warehouse_id, line.product_id,
                   NULL::integer AS partner_id, sale.user_id, NULL::integer AS journal_id,
                   given.event AS events, 1 AS exposure,
                   given.event * line.product_uom_qty * given.less
                       / COALESCE(NULLIF(sale.currency_rate, 0), 1) AS amount
            FROM sale_order_line line
            JOIN sale_order sale ON sale.id = line.order_id
            JOIN uom_uom unit ON unit.id = line.product_uom
            JOIN product_product product ON product.id = line.product_id
            JOIN product_template template ON template.id = product.product_tmpl_id
            JOIN uom_uom own ON own.id = template.uom_id
            {GIVEN.format(price=price)}
            WHERE sale.state IN ('sale', 'done') AND line.product_id IS NOT NULL AND line.product_uom_qty > 0
              AND sale.date_order >= %(since)s AND sale.date_order < %(until)s
        """  # noqa: S608

    def _query_bank_late(self):
        """Bank lines on the day by which they should have been matched; events are those that were not, by then.

        When a line was matched says the newest entry of its move: matching replaces what waited. So a line that is
        matched later stays late, and weeks of the past compare with the last one.
        """
        return f"""
            SELECT due.date, due.company_id, NULL::integer AS warehouse_id, NULL::integer AS product_id,
                   NULL::integer AS partner_id, NULL::integer AS user_id, due.journal_id,
                   CASE WHEN due.late THEN 1 ELSE 0 END AS events, 1 AS exposure,
                   CASE WHEN due.late THEN due.amount ELSE 0 END AS amount
            FROM (
                SELECT move.date + {DAYS_TO_MATCH} AS date, move.company_id, move.journal_id,
                       (SELECT SUM(abs(entry.balance)) / 2 FROM account_move_line entry
                        WHERE entry.move_id = move.id) AS amount,
                       NOT line.is_reconciled OR (SELECT MAX(entry.create_date)::date FROM account_move_line entry
                                                  WHERE entry.move_id = move.id) > move.date + {DAYS_TO_MATCH}
                           AS late
                FROM account_bank_statement_line line
                JOIN account_move move ON move.id = line.move_id AND move.state = 'posted'
                JOIN account_journal journal ON journal.id = move.journal_id AND journal.type = 'bank'
            ) due
            WHERE due.date >= %(since)s AND due.date < %(until)s
        """  # noqa: S608
