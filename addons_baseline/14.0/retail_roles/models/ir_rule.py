"""Says to shop staff why a record is closed to them, and whom to ask."""

from odoo import _, models
from odoo.exceptions import AccessError


def _ours(names, beginning):
    """Whether one of these external names is a rule of this kind: of ours, or of an addon that follows."""
    return any(name.startswith("retail_") and name.split(".")[1].startswith(beginning) for name in names)


class Rule(models.Model):
    _inherit = "ir.rule"

    def _make_access_error(self, operation, records):
        error = super()._make_access_error(operation, records)
        if not self.env.user.retail_bound:
            return error
        failing = self._get_failing(records, mode=operation).sudo().get_external_id().values()
        kind = self.env["ir.model"]._get(records._name).name
        if _ours(failing, "rule_central_"):
            return AccessError(_("%s: head office keeps this for all stores. Ask there for the change.", kind))
        if _ours(failing, "rule_own_"):
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
