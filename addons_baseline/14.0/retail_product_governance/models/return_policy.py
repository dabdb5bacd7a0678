"""Until when and how customers may bring something back."""

from odoo import fields, models


class ReturnPolicy(models.Model):
    _name = "retail.return.policy"
    _description = "Return policy"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    returnable = fields.Boolean("Can be returned", default=True)
    days = fields.Integer(default=30, help="Days after the sale within which it can be brought back.")
    note = fields.Text("For customers", translate=True, help="What customers are told about it.")

    _sql_constraints = [
        ("days_not_negative", "CHECK (days >= 0)", "The days of a return policy cannot be negative.")
    ]
