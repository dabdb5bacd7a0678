"""A document that belongs to a store, and must not be handed to another store by whoever works for his own."""

from odoo import api, models


class OwnStoresMixin(models.AbstractModel):
    _name = "retail.own.stores.mixin"
    _description = "Document of a store"

    @api.model
    def _retail_store_fields(self):
        """Names of many2one fields that say to which store it belongs or whose goods it takes."""
        return frozenset()

    def write(self, vals):
        touched = self._retail_store_fields() & vals.keys()
        if not touched or self.env.su or not self.env.user.retail_bound:
            return super().write(vals)
        # What it is handed to is looked at before, because a till with one's own open session counts as one's own;
        # and the document afterwards, because Odoo looks at record rules before a write, at the store that it was.
        for name in touched:
            self.env[self._fields[name].comodel_name].browse(vals[name] or ()).check_access_rule("write")
        result = super().write(vals)
        self.flush(list(touched))
        self.check_access_rule("write")
        return result
