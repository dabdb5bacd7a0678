"""Kinds of signals: what is compared with what, and how many false alarms are accepted."""

import logging
from datetime import timedelta

import psycopg2
from odoo import _, api, fields, models

from ..judging.amounts import judge_amounts
from ..judging.counts import judge_counts
from ..judging.series import Series

_logger = logging.getLogger(__name__)

# Each window is judged by so many before it. Whole weeks, so that days of the week do not matter.
WINDOWS = 12
WEEK = 7

# One row for each key of which anything happened: its windows, the newest of which is number 0.
SERIES = """
    SELECT key, array_agg(number), array_agg({value}), array_agg(exposure)
    FROM (
        SELECT {key} AS key, (%(until)s - date - 1) / 7 AS number,
               SUM(events) AS events, SUM(exposure) AS exposure, SUM(amount) AS amount
        FROM retail_signal_day
        WHERE measure = %(measure)s AND company_id = %(company)s AND date < %(until)s AND date >= %(since)s
          AND {key} IS NOT NULL
        GROUP BY 1, 2
    ) windows
    GROUP BY key HAVING SUM({value}) > 0
"""

# Where people worked most in the last week, so that it is their store's business and nobody else's.
STORES_OF_PEOPLE = """
    SELECT DISTINCT ON (user_id) user_id, warehouse_id
    FROM (
        SELECT user_id, warehouse_id, SUM(events + exposure) AS work
        FROM retail_signal_day
        WHERE measure = %(measure)s AND company_id = %(company)s AND date < %(until)s AND date >= %(since)s
          AND user_id IS NOT NULL AND warehouse_id IS NOT NULL
        GROUP BY user_id, warehouse_id
    ) worked
    ORDER BY user_id, work DESC, warehouse_id
"""


class SignalKind(models.Model):
    _name = "retail.signal.kind"
    _description = "Kind of signal"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True, readonly=True)
    name = fields.Char("What is unusual", required=True, translate=True)
    advice = fields.Char("What to do", required=True, translate=True)
    measure = fields.Char(required=True, readonly=True)
    scope = fields.Selection(
        [
            ("warehouse", "Store"),
            ("product", "Product"),
            ("partner", "Customer"),
            ("user", "Person"),
            ("journal", "Bank"),
        ],
        "Compared by",
        required=True,
        readonly=True,
    )
    method = fields.Selection(
        [("count", "Number of times"), ("amount", "Amount"), ("stock", "Stock against demand")],
        required=True,
        readonly=True,
    )
    minimum = fields.Float(help="Less than so many, or so much above what is usual, does not matter.")
    false_alarms = fields.Float(
        "Accepted false alarms",
        help="How many signals a week may be wrong, in a company in which nothing is. More finds more.",
    )
    likely = fields.Float("Chance in %", help="Stock is a signal when it will not last with this chance or more.")
    lead_days = fields.Integer("Days until new goods", help="Where no vendor says it, or another store supplies.")
    active = fields.Boolean(default=True)
    check_ids = fields.Many2many("retail.signal.check", string="Data quality", readonly=True)
    error = fields.Text(readonly=True, help="Why it was not looked for the last time; signals stay as they were.")
    judged_right = fields.Integer(compute="_compute_precision", string="Right")
    judged_wrong = fields.Integer(compute="_compute_precision", string="Wrong")
    precision = fields.Float("Right in %", compute="_compute_precision", help="Of the signals that people judged.")
    off_reason = fields.Text("Off because", compute="_compute_off_reason")

    _sql_constraints = [
        ("code_unique", "unique(code)", "There is a kind with this code already."),
        ("false_alarms_positive", "check(false_alarms > 0)", "Accept at least some false alarms, such as 0.1."),
        ("likely_share", "check(likely > 0 AND likely <= 100)", "Give a chance between 0 and 100 per cent."),
    ]

    @api.depends_context("allowed_company_ids")
    def _compute_precision(self):
        groups = self.env["retail.signal"].read_group(
            [("kind_id", "in", self.ids), ("verdict", "!=", False)],
            ["kind_id"],
            ["kind_id", "verdict"],
            lazy=False,
        )
        counted = {(group["kind_id"][0], group["verdict"]): group["__count"] for group in groups}
        for kind in self:
            right, wrong = (counted.get((kind.id, verdict), 0) for verdict in ("right", "wrong"))
            kind.judged_right, kind.judged_wrong = right, wrong
            kind.precision = 100 * right / (right + wrong) if right + wrong else 0.0

    @api.depends_context("allowed_company_ids")
    def _compute_off_reason(self):
        for kind in self:
            kind.off_reason = "\n".join(kind._problems(self.env.company)) or False

    def _problems(self, company):
        """Why figures of this company cannot be trusted for this kind, one sentence each; none: it is on."""
        qualities = self.env["retail.signal.quality"].sudo().search([("company_id", "=", company.id)])
        known = {quality.check_id: quality for quality in qualities}
        problems = []
        for check in self.check_ids:
            if check not in known:
                problems.append(_("%s has not been looked at yet.", check.name))
            elif not known[check].green:
                problems.append(known[check].explanation)
        return problems

    @api.model
    def _cron_signals(self):
        """Add yesterday's figures, look at their quality, then look for signals in what can be trusted."""
        today = fields.Date.context_today(self.with_context(tz="UTC"))
        self.env["retail.signal.day"]._append(today)
        self.env["retail.signal.check"]._check_all()
        for kind in self.search([("active", "=", True)]):
            kind._look(today)

    def _look(self, today):
        self.ensure_one()
        error = False
        try:
            with self.env.cr.savepoint():
                for company in self.env["stock.warehouse"].search([("active", "=", True)]).company_id:
                    self._look_in(company, today)
        except psycopg2.Error as failure:
            error = str(failure)
            _logger.exception("Signals of kind %s could not be looked for", self.code)
        self.error = error

    def _look_in(self, company, today):
        signals = self.env["retail.signal"]
        if self._problems(company):
            signals._doubt(self, company)
            return
        judge = getattr(self, f"_judge_{self.method}")
        signals._report(self, company, today, judge(company, today))

    def _judge_count(self, company, today):
        series = self._series(company, today, "events")
        return self._about(judge_counts(series, self.minimum, self.false_alarms), company, today)

    def _judge_amount(self, company, today):
        series = self._series(company, today, "amount")
        return self._about(judge_amounts(series, self.minimum, self.false_alarms), company, today)

    def _about(self, found, company, today):
        """Each with the fields that say what it is about."""
        if self.scope != "user" or not found:
            return [({f"{self.scope}_id": each.key}, each) for each in found]
        self.env.cr.execute(STORES_OF_PEOPLE, self._span(company, today, windows=1))
        stores = dict(self.env.cr.fetchall())
        return [({"user_id": each.key, "warehouse_id": stores.get(each.key, False)}, each) for each in found]

    def _series(self, company, today, value):
        """All series of a company; names of columns are this module's own."""
        query = SERIES.format(key=f"{self.scope}_id", value=value)
        self.env.cr.execute(query, self._span(company, today, windows=WINDOWS + 1))
        return [self._unfold(*row) for row in self.env.cr.fetchall()]

    def _span(self, company, today, windows):
        since = today - timedelta(days=WEEK * windows)
        return {"measure": self.measure, "company": company.id, "until": today, "since": since}

    def _unfold(self, key, numbers, values, exposures):
        """Windows without anything are not in the table, and count as zero."""
        value, exposure = ([0.0] * (WINDOWS + 1) for _each in range(2))
        for number, one, other in zip(numbers, values, exposures):
            value[WINDOWS - number], exposure[WINDOWS - number] = max(one, 0.0), max(other, 0.0)
        return Series(key, tuple(value), tuple(exposure))
