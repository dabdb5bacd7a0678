"""One field with its new value."""

import json

from odoo import _, api, fields, models


class ProductChangeLine(models.Model):
    _name = "retail.product.change.line"
    _description = "Changed field of a product"
    _order = "change_id desc, id"

    change_id = fields.Many2one("retail.product.change", required=True, index=True, ondelete="cascade")
    # Kept, or each line that is read would have all changes looked through for whose they are.
    company_id = fields.Many2one(related="change_id.company_id", store=True, index=True)
    variant_id = fields.Many2one(
        "product.product", ondelete="cascade", help="Empty: it is a field of the product itself."
    )
    name = fields.Char("Name of the field", required=True)
    label = fields.Char("Field", compute="_compute_label")
    value = fields.Char("New value as data", required=True, help="As JSON, in the form in which it is written.")
    old_text = fields.Char("Was")
    new_text = fields.Char("Is to be")

    @api.depends("name", "variant_id")
    def _compute_label(self):
        for line in self:
            field = line._target()._fields[line.name]
            line.label = field._description_string(self.env)

    @api.model
    def _note(self, change, record, name, value):
        """Keep the new value of one field of a product or variant."""
        field = record._fields[name]
        new = field.convert_to_record(field.convert_to_cache(value, record, validate=False), record)
        self.create(
            {
                "change_id": change.id,
                "variant_id": record.id if record._name == "product.product" else False,
                "name": name,
                "value": json.dumps(change.product_tmpl_id._for_record(name, new)),
                "old_text": self._display(record.sudo(), name, record.sudo()[name]),
                "new_text": self._display(record.sudo(), name, new),
            }
        )

    def _target(self):
        return self.variant_id or self.change_id.product_tmpl_id

    def _value(self):
        return json.loads(self.value)

    def _text(self):
        return f"{self.label}: {self.old_text or '-'} → {self.new_text or '-'}"

    @api.model
    def _display(self, record, name, value):
        field = record._fields[name]
        if field.relational:
            return ", ".join(value.sudo().mapped("display_name"))
        if field.type == "boolean":
            return _("Yes") if value else _("No")
        return field.convert_to_export(value, record)
