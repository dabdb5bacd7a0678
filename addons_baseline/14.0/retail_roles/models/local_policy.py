"""Who decides about a setting: head office, the region, or the store."""

from odoo import _, api, fields, models, tools
from odoo.exceptions import ValidationError


class LocalPolicy(models.Model):
    _name = "retail.local.policy"
    _description = "Who decides"
    _order = "model, decided_by, id"
    _rec_name = "field_id"

    field_id = fields.Many2one(
        "ir.model.fields",
        "Setting",
        required=True,
        ondelete="cascade",
        domain=[("store", "=", True), ("ttype", "!=", "one2many")],
    )
    model = fields.Char("Of", related="field_id.model", store=True)
    model_name = fields.Char("Document", related="field_id.model_id.name")
    decided_by = fields.Selection(
        [("central", "Head office"), ("region", "Region"), ("store", "Store")],
        required=True,
        default="central",
        help="Head office: nobody who works for own stores only. Region: also the managers of the store's region."
        " Store: also whoever works for the store.",
    )
    note = fields.Char("Reason", translate=True)

    _sql_constraints = [("field_unique", "unique (field_id)", "This setting is in the list already.")]

    @api.constrains("field_id")
    def _check_field_id(self):
        for policy in self:
            if not hasattr(self.env.get(policy.model), "_retail_decided_elsewhere"):
                raise ValidationError(_("%s has no settings that stores could decide.", policy.model_name))
            if not policy.field_id.store or policy.field_id.ttype == "one2many":
                raise ValidationError(_("%s is not a setting of its own.", policy.field_id.field_description))

    @api.model
    @tools.ormcache("model")
    def _levels(self, model):
        """Who decides about each setting of a model: {field's name: 'central', 'region' or 'store'}."""
        return {policy.field_id.name: policy.decided_by for policy in self.sudo().search([("model", "=", model)])}

    @api.model_create_multi
    def create(self, vals_list):
        self.clear_caches()
        return super().create(vals_list)

    def write(self, vals):
        self.clear_caches()
        return super().write(vals)

    def unlink(self):
        self.clear_caches()
        return super().unlink()
