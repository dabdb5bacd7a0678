"""A till, and the orders that it sends."""

from itertools import count

from odoo.addons.retail_product_governance.tests.common import ProductCase

_numbers = count(1)


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
        name = f"Order {next(_numbers):05d}-001-0001"
        line = {"product_id": product.product_variant_id.id, "qty": qty, "price_unit": 40.0, "discount": 0}
        line.update(
            price_subtotal=40.0 * qty, price_subtotal_incl=40.0 * qty, tax_ids=[(6, 0, [])], pack_lot_ids=[]
        )
        payment = {"name": "2030-01-01 10:00:00", "amount": 40.0 * qty}
        payment["payment_method_id"] = self.till.payment_method_ids[:1].id
        data = {
            "name": name,
            "pos_session_id": session.id,
            "user_id": self.env.uid,
            "uid": name,
            "sequence_number": 1,
            "creation_date": "2030-01-01 10:00:00",
            "pricelist_id": self.till.pricelist_id.id,
            "partner_id": customer.id if customer else False,
            "fiscal_position_id": False,
            "amount_total": 40.0 * qty,
            "amount_paid": 40.0 * qty,
            "amount_tax": 0,
            "amount_return": 0,
            "lines": [(0, 0, line)],
            "statement_ids": [(0, 0, payment)],
        }
        sent = self.env["pos.order"].create_from_ui([{"id": name, "data": data, "to_invoice": False}])
        return self.env["pos.order"].browse(sent[0]["id"])
