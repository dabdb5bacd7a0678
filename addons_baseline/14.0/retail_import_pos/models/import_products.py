"""Products come into the tills with the approval by which they come into the shop."""

from odoo import _, api, models
from odoo.addons.retail_import.columns import Column

from ..columns import PRODUCTS


class ImportProducts(models.AbstractModel):
    _inherit = "retail.import.products"

    @api.model
    def _columns(self):
        return (*super()._columns(), *(Column(*each) for each in PRODUCTS))

    @api.model
    def _channel_columns(self):
        return {**super()._channel_columns(), "till": "allow_pos"}

    def _values(self, row):
        values = super()._values(row)
        path = row.values.get("till_category")
        if path is not None:
            category = self._branch(row, _("till category"), path, self.env["pos.category"])
            values["pos_categ_id"] = category.id
        return values
