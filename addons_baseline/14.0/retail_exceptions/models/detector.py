"""Rules that find exceptions: policy as data, and for each a query that finds all of them at once."""

import logging

from dateutil.relativedelta import relativedelta
from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

_logger = logging.getLogger(__name__)

# What was resolved longer ago than this is forgotten.
KEPT = relativedelta(months=6)

# In one statement: what is found is opened or stays open, all else of this detector is resolved.
DETECT = """
    WITH found AS ({query}), seen AS (
        INSERT INTO retail_exception AS known (
            detector_id, key, company_id, warehouse_id, product_id, partner_id, res_model, res_id, quantity, value,
            severity, state, times, first_seen, last_seen, deadline,
            create_uid, create_date, write_uid, write_date)
        SELECT %(detector)s, found.key, found.company_id, found.warehouse_id, found.product_id, found.partner_id,
               found.res_model, found.res_id, found.quantity, found.value,
               %(severity)s, 'open', 1, %(now)s, %(now)s, %(deadline)s, %(uid)s, %(now)s, %(uid)s, %(now)s
        FROM found
        ON CONFLICT (detector_id, key) DO UPDATE SET
            warehouse_id = excluded.warehouse_id, partner_id = excluded.partner_id, res_id = excluded.res_id,
            quantity = excluded.quantity, value = excluded.value, severity = excluded.severity,
            last_seen = excluded.last_seen, state = 'open', resolved_at = NULL,
            first_seen = CASE WHEN known.state = 'open' THEN known.first_seen ELSE excluded.first_seen END,
            deadline = CASE WHEN known.state = 'open' THEN known.deadline ELSE excluded.deadline END,
            user_id = CASE WHEN known.state = 'open' THEN known.user_id END,
            times = known.times + CASE WHEN known.state = 'open' THEN 0 ELSE 1 END
        RETURNING id
    )
    UPDATE retail_exception SET state = 'resolved', resolved_at = %(now)s
    WHERE detector_id = %(detector)s AND state = 'open' AND id NOT IN (SELECT id FROM seen)
"""
NOTHING = "SELECT * FROM retail_exception WHERE false"


class Detector(models.Model):
    """A detector named `code` is found by the query of `_query_<code>()`.

    The query has the columns key (what makes it the same exception next time), company_id, warehouse_id,
    product_id, partner_id, res_model, res_id, quantity and value, and the parameters `limit` (of the detector),
    `now`, and `recently` (thirty days ago).
    """

    _name = "retail.detector"
    _description = "Detector of exceptions"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True, readonly=True)
    name = fields.Char("Exception", required=True, translate=True)
    advice = fields.Char("What to do", required=True, translate=True)
    severity = fields.Selection([("1", "Normal"), ("2", "High")], required=True, default="1")
    limit = fields.Float(help="From where on it is an exception; in what, the next column says.")
    limit_unit = fields.Char("Limit in", readonly=True, translate=True)
    hours = fields.Float("Hours to resolve", required=True, default=24.0)
    active = fields.Boolean(default=True)
    last_run = fields.Datetime(readonly=True)
    error = fields.Text(readonly=True, help="Why it found nothing the last time; what it had found before stays.")
    exception_ids = fields.One2many("retail.exception", "detector_id", "Exceptions")

    _sql_constraints = [
        ("code_unique", "unique(code)", "There is a detector with this code already."),
        ("hours_positive", "check(hours > 0)", "Give at least some time to resolve it."),
    ]

    @api.constrains("code")
    def _check_code(self):
        for detector in self:
            if not hasattr(detector, f"_query_{detector.code}"):
                raise ValidationError(
                    _("No addon knows a detector %s. Switch existing ones on and off instead.", detector.code)
                )

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals and not vals["active"]:
            # Nobody looks any more, so nobody knows.
            for detector in self:
                detector._replace(NOTHING, fields.Datetime.now())
        return result

    @api.model
    def _cron_detect(self):
        """Run all; one that fails does not keep the others from running, and resolves nothing."""
        for detector in self.search([("active", "=", True)]):
            detector._detect()
        forgotten = [("state", "=", "resolved"), ("resolved_at", "<", fields.Datetime.now() - KEPT)]
        self.env["retail.exception"].search(forgotten)._forget()

    def _detect(self):
        self.ensure_one()
        now, error = fields.Datetime.now(), False
        try:
            with self.env.cr.savepoint():
                self._replace(getattr(self, f"_query_{self.code}")(), now)
        except Exception as failure:
            # A query of another addon may be put together from what its records say.
            error = str(failure) or type(failure).__name__
            _logger.exception("Detector %s failed", self.code)
        self.write({"last_run": now, "error": error})

    def _replace(self, query, now):
        """Let this detector's exceptions be what the query finds."""
        self.env["base"].flush()
        parameters = {
            "detector": self.id,
            "severity": self.severity,
            "limit": self.limit,
            "now": now,
            "recently": now - relativedelta(days=30),
            "deadline": now + relativedelta(hours=self.hours),
            "uid": self.env.uid,
        }
        self.env.cr.execute(DETECT.format(query=query), parameters)
        self.env["retail.exception"].invalidate_cache()
