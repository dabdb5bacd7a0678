"""A till of its own with an open session, at which lamps for 25 are sold."""

from odoo import fields
from odoo.addons.retail_base import guard
from odoo.addons.retail_base.tests.tills import cash_till
from odoo.addons.retail_signals.tests.common import SignalsCase


class TillSignalsCase(SignalsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.till = cash_till(cls.env)
        cls.method = cls.till.payment_method_ids
        cls.till.open_session_cb()
        cls.session = cls.till.current_session_id
        cls.store = cls.till.picking_type_id.warehouse_id
        # Where products are approved, this one is not.
        guard.passing(cls.lamp).write({"available_in_pos": True})

    def ring_up(self, quantity, discount=0.0, paid=None, price=25.0, product=None, **values):
        total = quantity * price * (1 - discount / 100)
        paid = total if paid is None else paid
        product = product or self.lamp
        line = {"product_id": product.id, "qty": quantity, "price_unit": price, "discount": discount}
        return self.env["pos.order"].create(
            {
                "session_id": self.session.id,
                "company_id": self.company.id,
                "date_order": fields.Datetime.now(),
                "state": "paid",
                "amount_total": total,
                "amount_tax": 0,
                "amount_paid": paid,
                "amount_return": 0,
                "lines": [(0, 0, {**line, "price_subtotal": total, "price_subtotal_incl": total})],
                "payment_ids": [(0, 0, {"payment_method_id": self.method.id, "amount": paid})],
                **values,
            }
        )
