"""Up to which value a store takes something back by itself, and from which it looks at the goods."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError


class ReturnLimit(models.Model):
    _name = "retail.return.limit"
    _description = "Limits for returns"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: all companies.")
    warehouse_id = fields.Many2one("stock.warehouse", help="Empty: all warehouses.")
    approve_above = fields.Float(help="In the company's currency, without taxes. 0: every return is approved.")
    inspect_above = fields.Float(help="In the company's currency, without taxes. 0: every return is inspected.")
    group_id = fields.Many2one("res.groups", "Above it approves", required=True)

    @api.constrains("approve_above", "inspect_above")
    def _check_not_negative(self):
        if any(min(each.approve_above, each.inspect_above) < 0 for each in self):
            raise ValidationError(_("A limit cannot be negative. Enter 0, so that it holds for every return."))

    def name_get(self):
        everywhere = _("All")
        return [(each.id, each.warehouse_id.name or everywhere) for each in self]

    @api.model
    def _first_for(self, company, warehouse):
        """The first policy of the list that fits; an empty record when none does."""
        domain = [
            ("company_id", "in", (False, company.id)),
            ("warehouse_id", "in", (False, warehouse.id)),
        ]
        return self.sudo().search(domain, limit=1)
