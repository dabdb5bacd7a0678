"""A document with settings that head office, a region or a store decides."""

from odoo import _, models


class LocalMixin(models.AbstractModel):
    """Binds whoever works for own stores only; all others are head office."""

    _name = "retail.local.mixin"
    _inherit = "retail.own.stores.mixin"
    _description = "Settings that stores may decide"

    def _retail_stores(self):
        """The warehouses that these records are of."""
        raise NotImplementedError

    def _retail_decided_elsewhere(self):
        """Names of the settings of these records that the user may not decide."""
        if not self.env.user.retail_bound:
            return frozenset()
        levels = self.env["retail.local.policy"]._levels(self._name)
        open_to_user = {"store", "region"} if self._retail_region_is_mine() else {"store"}
        return frozenset(name for name, level in levels.items() if level not in open_to_user)

    def _retail_region_is_mine(self):
        stores = self.sudo()._retail_stores()
        return bool(stores) and all(self.env.user in store.retail_region_id.manager_ids for store in stores)

    def _guarded_fields(self):
        return super()._guarded_fields() | self._retail_decided_elsewhere()

    def _guarded_message(self, names):
        elsewhere = self._retail_decided_elsewhere()
        if not names & elsewhere:
            return super()._guarded_message(names)
        levels = self.env["retail.local.policy"]._levels(self._name)
        labels = [self._fields[name]._description_string(self.env) for name in sorted(names & elsewhere)]
        if all(levels[name] == "region" for name in names & elsewhere):
            return _("%s is decided by the region. Ask your region's manager for the change.", ", ".join(labels))
        return _("%s is decided by head office. Ask there for the change.", ", ".join(labels))
