"""A till with an open session, and what its page sends."""

from odoo import fields
from odoo.addons.retail_base import guard
from odoo.addons.retail_base.tests.products import sellable
from odoo.addons.retail_base.tests.tills import till_order
from odoo.tests import SavepointCase, new_test_user

CASHIER = "base.group_user,point_of_sale.group_pos_user"
# Says in its log what a rescue session is made for.
CORE = "odoo.addons.point_of_sale.models.pos_order"
MANAGER = "base.group_user,point_of_sale.group_pos_manager"
# Closed sessions, each with ten sales of three lines.
HISTORY = """
    WITH closed AS (
        INSERT INTO pos_session (name, config_id, user_id, state, update_stock_at_closing, start_at)
        SELECT 'History ' || number, %(till)s, %(user)s, 'closed', true, %(now)s
          FROM generate_series(1, 1000) number RETURNING id
    ), sold AS (
        INSERT INTO pos_order (name, session_id, company_id, pricelist_id, state, date_order,
                               amount_tax, amount_total, amount_paid, amount_return)
        SELECT '/', closed.id, %(company)s, %(pricelist)s, 'done', %(now)s, 0, 20, 20, 0
          FROM closed, generate_series(1, 10) RETURNING id
    )
    INSERT INTO pos_order_line (name, order_id, product_id, qty, price_subtotal, price_subtotal_incl)
    SELECT '/', sold.id, %(product)s, 1, 20, 20 FROM sold, generate_series(1, 3)
"""


def make_till(env, name, warehouse=None):
    """A pos.config that takes cards only: nothing to count when its session is closed; sells from `warehouse`."""
    card = env["pos.payment.method"].create({"name": f"Card {name}", "is_cash_count": False})
    till = env["pos.config"].create({"name": name, "payment_method_ids": [(6, 0, card.ids)]})
    if warehouse:
        till.picking_type_id = warehouse.pos_type_id
    return till


def in_the_till(products):
    """The same products, approved for tills, whether or not that is needed here."""
    templates = sellable(products).mapped("product_tmpl_id")
    flags = {name: True for name in ("allow_pos", "available_in_pos") if name in templates._fields}
    guard.passing(templates.sudo()).write(flags)
    return products


def open_session(till):
    return till.env["pos.session"].create({"user_id": till.env.uid, "config_id": till.id})


def add_history(till, product):
    """A thousand sessions that were closed long ago, and what the database knows of so many rows."""
    facts = {"till": till.id, "user": till.env.uid, "company": till.company_id.id, "product": product.id}
    till.env["base"].flush()
    till.env.cr.execute(HISTORY, {**facts, "pricelist": till.pricelist_id.id, "now": fields.Datetime.now()})
    till.env.cr.execute("ANALYZE pos_session, pos_order, pos_order_line")


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
