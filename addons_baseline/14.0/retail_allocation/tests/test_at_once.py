"""With two real connections, and what they write is committed."""

import itertools
import threading
import time
from contextlib import contextmanager

from odoo import SUPERUSER_ID, registry
from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.service.model import execute_kw
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name

from .common import make_shop, order, stock

PATIENCE = 30
# What one test leaves behind has its code in its name.
_shops = itertools.count()


@tagged("post_install", "-at_install")
class TestAtOnce(BaseCase):
    def setUp(self):
        super().setUp()
        self.database = get_db_name()
        self.registry = registry(self.database)
        with self.environment() as env:
            shop = make_shop(env, f"AT{next(_shops)}")
            stock(shop["warehouse"], shop["lamp"], 1)
            self.first, self.second = (order(shop, shop["web"], 1).id for _each in range(2))
            self.channels = (shop["web"] | shop["wholesale"]).ids
            self.warehouse = shop["warehouse"].id
        self.addCleanup(self.remove)

    @contextmanager
    def environment(self):
        with self.registry.cursor() as cr:
            yield Environment(cr, SUPERUSER_ID, {})

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

    def one_waits(self):
        waits = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with self.registry.cursor() as cr:
                cr.execute(waits)
                if cr.fetchone()[0]:
                    return True
            time.sleep(0.05)
        return False

    def confirm_second(self, outcome):
        try:
            outcome.append(
                execute_kw(self.database, SUPERUSER_ID, "sale.order", "action_confirm", [[self.second]])
            )
        except UserError as refusal:
            outcome.append(str(refusal))

    def at_once(self, first, commit=True):
        """What came of the second order, confirmed while `first` was not through."""
        outcome = []
        second = threading.Thread(target=self.confirm_second, args=(outcome,))
        with self.environment() as env:
            first(env["sale.order"].browse(self.first))
            env["base"].flush()
            second.start()
            self.assertTrue(self.one_waits(), "the second did not wait")
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
