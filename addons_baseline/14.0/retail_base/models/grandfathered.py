"""What a shop had before a rule came, and goes on with although nobody looked at it by that rule."""

from odoo import api, fields, models


class Grandfathered(models.Model):
    _name = "retail.grandfathered"
    _description = "Taken over as it was"
    _order = "date desc, id desc"

    module = fields.Char(required=True, readonly=True)
    model = fields.Char(required=True, readonly=True)
    name = fields.Char("What", compute="_compute_names")
    rule = fields.Char("Rule that came", compute="_compute_names")
    number = fields.Integer("How many", required=True, readonly=True)
    date = fields.Datetime("On", required=True, readonly=True, default=fields.Datetime.now)

    def _compute_names(self):
        for row in self:
            module = self.env["ir.module.module"].sudo().search([("name", "=", row.module)], limit=1)
            row.name = self.env["ir.model"]._get(row.model).name or row.model
            row.rule = module.shortdesc or row.module

    @api.model
    def _add(self, module, model, number):
        """Note that this addon took over so many records of a model; none is worth a note too."""
        return self.sudo().create({"module": module, "model": model, "number": number})
