"""Why stock became more or less: the same reasons in all stores, so that they can be compared."""

from odoo import fields, models


class AdjustmentReason(models.Model):
    _name = "retail.adjustment.reason"
    _description = "Reason for a stock difference"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    needs_note = fields.Boolean(help="Whoever gives this reason has to say more in a note.")
    group_id = fields.Many2one(
        "res.groups",
        "Always approved by",
        help="Somebody of this group has to agree, however small the difference is.",
    )

    _sql_constraints = [("code_unique", "unique(code)", "There is a reason with this code already.")]
