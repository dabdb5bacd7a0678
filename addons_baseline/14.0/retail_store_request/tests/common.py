"""A store that asks its central warehouse for lamps."""

from odoo.addons.retail_roles.tests.common import StoresCase


class RequestCase(StoresCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.requests = cls.env["stock.request"]
        cls.limits = cls.env["retail.request.limit"]
        cls.limits.search([]).write({"active": False})

    def values(self, quantity=5, store=None, **values):
        store = store or self.blois
        return {
            "warehouse_id": store.id,
            "location_id": store.lot_stock_id.id,
            "product_id": self.lamp.id,
            "product_uom_id": self.lamp.uom_id.id,
            "product_uom_qty": quantity,
            **values,
        }

    def request(self, quantity=5, user=None, **values):
        return self.requests.with_user(user or self.manager).create(self.values(quantity, **values))

    def asked(self, quantity=5, **values):
        request = self.request(quantity, **values)
        request.action_confirm()
        return request

    def accepted(self, quantity=5, **values):
        request = self.asked(quantity, **values)
        request.with_user(self.supervisor).action_approval_approve()
        self.anew()
        return request

    def limit(self, quantity, **values):
        return self.limits.create({"quantity": quantity, **values})
