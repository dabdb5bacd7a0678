"""A till with an open session, and sales as its page sends them."""

import itertools

from odoo.tests import SavepointCase, new_test_user

_numbers = itertools.count(1)
CASHIER = "base.group_user,point_of_sale.group_pos_user"
# Says in its log what a rescue session is made for.
CORE = "odoo.addons.point_of_sale.models.pos_order"
MANAGER = "base.group_user,point_of_sale.group_pos_manager"


def make_till(env, name):
    """A pos.config that takes cards only: nothing to count when its session is closed."""
    card = env["pos.payment.method"].create({"name": f"Card {name}", "is_cash_count": False})
    return env["pos.config"].create({"name": name, "payment_method_ids": [(6, 0, card.ids)]})


def open_session(till):
    return till.env["pos.session"].create({"user_id": till.env.uid, "config_id": till.id})


def sale(session, product, quantity=1.0, number=None, **data):
    """One order in the form in which the page of a till sends it."""
    uid = f"{session.id:05}-001-{number or next(_numbers):04}"
    amount = product.list_price * quantity
    line = {
        "product_id": product.id,
        "qty": quantity,
        "price_unit": product.list_price,
        "price_subtotal": amount,
        "price_subtotal_incl": amount,
        "discount": 0,
        "tax_ids": [[6, False, []]],
        "pack_lot_ids": [],
        "id": 1,
    }
    card = session.payment_method_ids[0]
    payment = {"name": "2026-11-25 10:00:00", "payment_method_id": card.id, "amount": amount}
    return {
        "id": uid,
        "to_invoice": False,
        "data": {
            "name": f"Order {uid}",
            "uid": uid,
            "server_id": False,
            "pos_session_id": session.id,
            "user_id": session.user_id.id,
            "partner_id": False,
            "pricelist_id": session.config_id.pricelist_id.id,
            "fiscal_position_id": False,
            "sequence_number": 1,
            "creation_date": "2026-11-25T10:00:00.000Z",
            "amount_total": amount,
            "amount_paid": amount,
            "amount_tax": 0,
            "amount_return": 0,
            "lines": [[0, 0, line]],
            "statement_ids": [[0, 0, payment]],
            "to_invoice": False,
            **data,
        },
    }


class TillCase(SavepointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.cashier = new_test_user(cls.env, "cashier", groups=CASHIER)
        cls.manager = new_test_user(cls.env, "till manager", groups=MANAGER)
        cls.product = cls.env["product.product"].create(
            {
                "name": "Lamp",
                "type": "consu",
                "list_price": 20.0,
                "taxes_id": [(5, 0, 0)],
                "available_in_pos": True,
            }
        )
        cls.till = make_till(cls.env, "North")
        cls.session = open_session(cls.till)
        cls.receipts = cls.env["retail.till.receipt"]
        cls.signals = cls.env["retail.till.signal"]

    def sale(self, *args, **data):
        return sale(self.session, self.product, *args, **data)

    def send(self, *orders, draft=False, user=None):
        """Ids, in the order in which the server answers."""
        sender = self.env["pos.order"].with_user(user or self.cashier)
        answer = sender.create_from_ui([{**order, "data": dict(order["data"])} for order in orders], draft)
        return [row["id"] for row in answer]

    def orders(self):
        return self.env["pos.order"].search([("session_id.config_id", "=", self.till.id)])
