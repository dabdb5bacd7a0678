"""A till with an open session, and what its page sends."""

from odoo.addons.retail_base.tests.tills import till_order
from odoo.tests import SavepointCase, new_test_user

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
        return till_order(self.session, self.product, *args, **data)

    def send(self, *orders, draft=False, user=None):
        """Ids, in the order in which the server answers."""
        sender = self.env["pos.order"].with_user(user or self.cashier)
        answer = sender.create_from_ui([{**order, "data": dict(order["data"])} for order in orders], draft)
        return [row["id"] for row in answer]

    def orders(self):
        return self.env["pos.order"].search([("session_id.config_id", "=", self.till.id)])
