import itertools

from odoo import SUPERUSER_ID
from odoo.addons.retail_base.tests.at_once import PATIENCE, AtOnceCase
from odoo.exceptions import UserError
from odoo.service.model import execute_kw
from odoo.tests import tagged

from .common import make_shop, order, stock

# What one test leaves behind has its code in its name.
_shops = itertools.count()


@tagged("post_install", "-at_install")
class TestAtOnce(AtOnceCase):
    def setUp(self):
        super().setUp()
        with self.environment() as env:
            shop = make_shop(env, f"AT{next(_shops)}")
            stock(shop["warehouse"], shop["lamp"], 1)
            self.first, self.second = (order(shop, shop["web"], 1).id for _each in range(2))
            self.channels = (shop["web"] | shop["wholesale"]).ids
            self.warehouse = shop["warehouse"].id

    def remove(self):
        """What others would stumble over; a sale cannot be deleted."""
        with self.environment() as env:
            orders = env["sale.order"].browse([self.first, self.second])
            orders.action_cancel()
            channels = env["retail.channel"].browse(self.channels)
            for channel in channels:
                channel.write({"code": f"{channel.code}_{channel.id}", "active": False, "team_ids": [(5, 0, 0)]})
            warehouse = env["stock.warehouse"].browse(self.warehouse)
            warehouse.write({"name": f"Done {warehouse.id}", "code": f"D{warehouse.id}"})

    def confirm_second(self, outcome):
        try:
            confirm = (self.registry.db_name, SUPERUSER_ID, "sale.order", "action_confirm", [[self.second]])
            outcome.append(execute_kw(*confirm))
        except UserError as refusal:
            outcome.append(str(refusal))

    def at_once(self, first, commit=True):
        """What came of the second order, confirmed while `first` was not through."""
        outcome = []
        with self.environment() as env:
            first(env["sale.order"].browse(self.first))
            env["base"].flush()
            second = self.waiting(self.confirm_second, outcome)
            if not commit:
                env.cr.rollback()
        second.join(PATIENCE)
        return outcome

    def states(self):
        with self.environment() as env:
            return env["sale.order"].browse([self.first, self.second]).mapped("state")

    def test_two_orders_for_the_last_unit(self):
        [refusal] = self.at_once(lambda one: one.action_confirm())
        self.assertIn("can be promised 0.0", refusal)
        self.assertEqual(self.states(), ["sale", "draft"])

    def test_a_cart_that_is_being_paid_and_an_order(self):
        [refusal] = self.at_once(lambda one: one._claim_stock(one.order_line._outstanding()))
        self.assertIn("can be promised 0.0", refusal)
        self.assertEqual(self.states(), ["draft", "draft"])

    def test_the_second_gets_it_when_the_first_fails(self):
        self.assertEqual(self.at_once(lambda one: one.action_confirm(), commit=False), [True])
        self.assertEqual(self.states(), ["draft", "sale"])
