"""Why customers bring something back: the same reasons in all stores and channels."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError


class ReturnReason(models.Model):
    _name = "retail.return.reason"
    _description = "Reason for a return"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    offered = fields.Boolean(default=True, help="Customers and cashiers choose among these.")
    needs_note = fields.Boolean(help="Whoever gives this reason has to say more in a note.")
    needs_inspection = fields.Boolean(help="Somebody looks at the goods before anything is refunded.")
    max_days = fields.Integer(
        "Within days", help="After the delivery. Later returns are approved by somebody. 0: at any time."
    )
    group_id = fields.Many2one("res.groups", "Always approved by", help="Somebody of this group has to agree.")

    _sql_constraints = [("code_unique", "unique(code)", "There is a reason with this code already.")]

    @api.constrains("max_days")
    def _check_max_days(self):
        if any(reason.max_days < 0 for reason in self):
            raise ValidationError(_("Days cannot be negative."))
