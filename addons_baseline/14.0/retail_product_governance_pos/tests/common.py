"""A till, and the orders that it sends."""

from odoo.addons.retail_base.tests.tills import till_order
from odoo.addons.retail_product_governance.tests.common import ProductCase


class TillCase(ProductCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.till_category = cls.env["pos.category"].create({"name": "Lamps"})
        cls.till = cls.env["pos.config"].create({"name": "Till 1"})

    def values(self, **values):
        return super().values(**{"pos_categ_id": self.till_category.id, "available_in_pos": True, **values})

    def open_session(self):
        self.till.open_session_cb(check_coa=False)
        return self.till.current_session_id

    def send(self, session, product, qty=1, customer=None):
        """The till sends an order with this product; the order."""
        order = till_order(
            session, product.product_variant_id, qty, price=40.0, partner_id=customer.id if customer else False
        )
        sent = self.env["pos.order"].create_from_ui([order])
        return self.env["pos.order"].browse(sent[0]["id"])
