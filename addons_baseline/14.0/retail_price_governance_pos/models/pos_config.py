"""What decides about the prices of a till: its pricelists, and whether whoever sells may type another price."""

from odoo import _, api, fields, models
from odoo.addons.retail_price_governance.models.price_rule import MANAGER
from odoo.addons.retail_price_governance.models.pricelist_choice import decides_about_prices
from odoo.exceptions import AccessError


class PosConfig(models.Model):
    _name = "pos.config"
    _inherit = ["pos.config", "retail.pricelist.choice"]

    # Not copied: a copy of a till that was there before the addon is a new till.
    restrict_price_control = fields.Boolean(default=True, copy=False)

    @api.model
    def _choice_fields(self):
        return frozenset({"pricelist_id", "available_pricelist_ids", "use_pricelist"})

    @api.model_create_multi
    def create(self, vals_list):
        tills = super().create(vals_list)
        # Looked at afterwards, because defaults come from the context and from users' own settings, too.
        if not all(till.restrict_price_control for till in tills.sudo()):
            self._require_price_manager_to_free()
        return tills

    def write(self, vals):
        freed = not vals.get("restrict_price_control", True)
        if freed and any(till.restrict_price_control for till in self.sudo()):
            self._require_price_manager_to_free()
        return super().write(vals)

    @api.model
    def _require_price_manager_to_free(self):
        if not decides_about_prices(self.env):
            words = {
                "setting": self._fields["restrict_price_control"]._description_string(self.env),
                "group": self.env.ref(MANAGER).sudo().display_name,
            }
            raise AccessError(
                _("%(setting)s may only be switched off by members of %(group)s. Ask one of them.", **words)
            )
