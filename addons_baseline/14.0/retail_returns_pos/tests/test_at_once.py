from odoo.addons.retail_base.tests.at_once import ADMIN, AtOnceCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestTwoTillsAtOnce(AtOnceCase):
    actor, context = ADMIN, {"tracking_disable": True}

    def setUp(self):
        super().setUp()
        with self.environment() as env:
            card = self.make(env, "pos.payment.method", name="Card at once", is_cash_count=False)
            till = self.make(env, "pos.config", name="At once", payment_method_ids=[(6, 0, card.ids)])
            session = self.make(env, "pos.session", user_id=ADMIN, config_id=till.id)
            product = {"name": "Bag at once", "type": "consu", "list_price": 10.0, "taxes_id": [(5,)]}
            bag = env["product.product"].create(product)
            self.session = session.id
            self.bag = bag.id
            line = {"product_id": bag.id, "quantity": 1, "amount": 10.0}
            asked = {"lines": [line], "reason_id": env.ref("retail_returns.reason_mind").id}
            self.document = session.till_return_ask(asked)["id"]
            self.orders = [self.order(env).id for _each in range(2)]

    def order(self, env):
        """What a till has sent, on its way to being recorded."""
        line = {
            "product_id": self.bag,
            "qty": -1,
            "price_unit": 10.0,
            "price_subtotal": -10.0,
            "price_subtotal_incl": -10.0,
        }
        session = env["pos.session"].browse(self.session)
        return env["pos.order"].create(
            {
                "session_id": session.id,
                "pricelist_id": session.config_id.pricelist_id.id,
                "amount_total": -10.0,
                "amount_paid": 0,
                "amount_tax": 0,
                "amount_return": 0,
                "lines": [(0, 0, line)],
                "return_asked_id": self.document,
            }
        )

    def remove(self):
        with self.environment() as env:
            # Neither is deleted by anybody: returns stay on record, and in France orders do.
            env.cr.execute("UPDATE pos_order SET return_asked_id = NULL WHERE session_id = %s", (self.session,))
            env.cr.execute(
                "DELETE FROM retail_return WHERE till_session_id = %s OR pos_order_id IN %s",
                (self.session, tuple(self.orders)),
            )
            env.cr.execute("DELETE FROM pos_order WHERE session_id = %s", (self.session,))
            env["product.product"].browse(self.bag).active = False

    def test_a_return_is_paid_back_once(self):
        one, other = self.orders
        with self.environment() as slow:
            late = slow["pos.order"].browse(other)
            self.assertFalse(late.return_asked_id.pos_order_id, "its transaction began before the other one paid")
            with self.environment() as quick:
                self.assertEqual(quick["pos.order"].browse(one)._make_return().id, self.document)
            with self.too_late(slow):
                late._make_return()
            # As Odoo does with the whole request after this error: recorded all the same, as a return of its own.
            self.assertNotEqual(late._make_return().id, self.document)
        with self.environment() as env:
            self.assertEqual(env["retail.return"].browse(self.document).pos_order_id.id, one)
            self.assertEqual(len(env["pos.order"].browse(other).return_ids), 1)
