"""What a till decides by itself while it has no connection."""

from odoo import fields, models


class PosConfig(models.Model):
    _inherit = "pos.config"

    return_limit = fields.Float(
        "Takes back by itself",
        compute="_compute_return_limit",
        help="Up to this, without taxes and in the till's currency, it takes back without a connection.",
    )

    def _compute_return_limit(self):
        for till in self:
            company = till.company_id
            policy = self.env["retail.return.limit"]._first_for(company, till._returns_to())
            limit = policy.approve_above if policy else 0.0
            till.return_limit = company.currency_id._convert(limit, till.currency_id, company, fields.Date.today())

    def _returns_to(self):
        """The warehouse whose goods this till sells and takes back."""
        return self.sudo().picking_type_id.warehouse_id
