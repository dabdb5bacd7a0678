"""Says to shop staff why a record is closed to them, and whom to ask."""

from odoo import _, models
from odoo.exceptions import AccessError


class Rule(models.Model):
    _inherit = "ir.rule"

    def _make_access_error(self, operation, records):
        error = super()._make_access_error(operation, records)
        if not self.env.user.retail_bound:
            return error
        failing = self._get_failing(records, mode=operation).sudo().get_external_id().values()
        kind = self.env["ir.model"]._get(records._name).name
        if any(name.startswith("retail_roles.rule_central_") for name in failing):
            return AccessError(_("%s: head office keeps this for all stores. Ask there for the change.", kind))
        if any(name.startswith("retail_roles.rule_own_") for name in failing):
            stores = self.env["stock.warehouse"].sudo().browse(self.env.user._retail_places().warehouses)
            return AccessError(
                _(
                    "%(kind)s: this belongs to a store that you do not work for. Your stores: %(stores)s. Ask the"
                    " other store to do it, or an administrator to add the store to your user.",
                    kind=kind,
                    stores=", ".join(stores.mapped("name")) or _("none yet"),
                )
            )
        return error
