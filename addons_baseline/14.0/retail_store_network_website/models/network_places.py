"""The web shop as one store of the network."""

from odoo import models


class StoreNetwork(models.AbstractModel):
    _inherit = "retail.store.network"

    def _has_web_shop(self):
        return True

    def _apply_web_shop(self, spec, places, report):
        for store in spec.get("stores", []):
            if store.get("kind") == "web":
                values = {"name": store["name"], "warehouse_id": places[store["shipsFrom"]].id}
                website = self.env["website"].search([("company_id", "=", self.env.company.id)], limit=1)
                if website:
                    self._set(website, values, report)
                else:
                    self._make("website", [{**values, "company_id": self.env.company.id}], report)
