"""A small network, and what of it is there."""

from copy import deepcopy

from odoo.tests import SavepointCase

SMALL = {
    "timeZone": "Europe/Paris",
    "regions": [{"name": "T Centre", "managers": ["t-blois@shop.example"]}],
    "stores": [
        {"code": "TDC", "name": "T Central", "kind": "warehouse"},
        {"code": "TWEB", "name": "T Web", "kind": "web", "shipsFrom": "TDC"},
        {
            "code": "TBL",
            "name": "T Blois",
            "region": "T Centre",
            "suppliedBy": "TDC",
            "tills": 2,
            "openingHours": {"mon": "10:20-19:40", "fri": "12:00-01:00", "sun": "closed"},
            "address": {"street": "1 rue du Commerce", "city": "Blois", "country": "FR"},
            "people": [{"login": "t-blois@shop.example", "name": "Benoît", "role": "store_manager"}],
        },
    ],
    "whoDecides": {"pos.config": {"receipt_header": "region"}},
}


class NetworkCase(SavepointCase):
    def setUp(self):
        super().setUp()
        self.network = self.env["retail.store.network"]
        self.spec = deepcopy(SMALL)
        self.blois = self.spec["stores"][2]

    def warehouse(self, code):
        return self.env["stock.warehouse"].search([("code", "=", code)])

    def done(self, report, action="create"):
        """Models and names of what was done, without what was left."""
        return [(line["model"], line["name"]) for line in report if line["action"] == action]
