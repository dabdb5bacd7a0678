"""What other addons announce to whoever listens: names, brought by the addon that knows when it happens."""

from odoo import fields, models


class Event(models.Model):
    _name = "retail.connector.event"
    _description = "Announced event"
    _order = "code"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stands in the call, so that the other side knows what happened.")

    _sql_constraints = [("code_unique", "unique(code)", "There is an event with this code already.")]
