from odoo import fields, models


class ReturnReason(models.Model):
    _inherit = "retail.return.reason"

    beyond_policy = fields.Boolean(
        "Whatever the product's policy",
        help="What the shop answers for, such as a defect: only this reason's own days count.",
    )
