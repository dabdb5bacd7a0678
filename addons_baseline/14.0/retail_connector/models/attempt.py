"""One call that was made, and what became of it."""

from odoo import fields, models

OUTCOMES = [
    ("ok", "Answered"),
    ("later", "Not now"),
    ("refused", "Refused"),
    ("unreachable", "Not reached"),
    ("lost", "No answer"),
    ("unusable", "Answer not usable"),
]


class Attempt(models.Model):
    _name = "retail.connector.attempt"
    _inherit = "retail.sealed.mixin"
    _description = "Outbound call"
    _order = "id desc"
    _rec_name = "outcome"

    message_id = fields.Many2one("retail.connector.message", required=True, index=True, ondelete="cascade")
    # Read by the breaker: the last few of one endpoint.
    endpoint_id = fields.Many2one("retail.connector.endpoint", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="message_id.company_id")
    ended_at = fields.Datetime("On", required=True)
    seconds = fields.Float("Took (s)", digits=(16, 2))
    outcome = fields.Selection(OUTCOMES, required=True)
    status = fields.Integer("HTTP status")
    detail = fields.Char()

    def init(self):
        self.env.cr.execute(
            """CREATE INDEX IF NOT EXISTS retail_connector_attempt_last
               ON retail_connector_attempt (endpoint_id, id DESC)"""
        )
