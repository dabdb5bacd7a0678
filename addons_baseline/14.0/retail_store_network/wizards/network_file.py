"""Applies a description from a file, after showing what it would do."""

import base64
import json

from odoo import _, fields, models
from odoo.addons.retail_base.forms import form_of
from odoo.exceptions import UserError


class NetworkFile(models.TransientModel):
    _name = "retail.network.file"
    _description = "Apply a store network"

    file = fields.Binary("Description (JSON)", required=True, attachment=False)
    filename = fields.Char()
    preview = fields.Text("What it does", readonly=True)

    def action_preview(self):
        self.ensure_one()
        self.preview = self._told(self._apply(dry_run=True))
        return self._again()

    def action_apply(self):
        self.ensure_one()
        self.preview = self._told(self._apply(dry_run=False))
        return self._again()

    def _apply(self, dry_run):
        try:
            spec = json.loads(base64.b64decode(self.file))
        except ValueError as wrong:
            raise UserError(_("This file is not JSON: %s", wrong)) from wrong
        return self.env["retail.store.network"].apply(spec, dry_run=dry_run)

    def _told(self, report):
        if not report:
            return _("Nothing: all of it is there already.")
        verbs = {"create": _("Make"), "change": _("Change"), "leave": _("Not in the description, left as it is")}
        kinds = {model: self.env["ir.model"]._get(model).name for model in {line["model"] for line in report}}
        return "\n".join(f"{verbs[line['action']]}: {kinds[line['model']]}, {line['name']}" for line in report)

    def _again(self):
        return form_of(self._name, self.id, target="new")
