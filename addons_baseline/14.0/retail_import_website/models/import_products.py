"""Products come into the web shop with the approval by which they come into the stores."""

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
        return {**super()._channel_columns(), "web": "allow_web"}

    def _values(self, row):
        values = super()._values(row)
        paths = row.values.get("web_category")
        if paths is not None:
            what, categories = _("web shop category"), self.env["product.public.category"]
            for path in paths.split("|"):
                categories |= self._branch(row, what, path, categories)
            values["public_categ_ids"] = [(6, 0, categories.ids)]
        return values
