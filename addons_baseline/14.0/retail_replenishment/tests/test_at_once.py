"""With two real connections, and what they write is committed."""

import itertools
from contextlib import contextmanager

from odoo import SUPERUSER_ID
from odoo.addons.retail_base import guard
from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2.errors import SerializationFailure

# What one test leaves behind has its number in its name.
_tests = itertools.count()


@tagged("post_install", "-at_install")
class TestAtOnce(BaseCase):
    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.environment() as env:
            self.buyer = new_test_user(
                env, f"test_at_once_{next(_tests)}", groups="purchase.group_purchase_user"
            ).id
            warehouse = env["stock.warehouse"].search([], limit=1)
            product = env["product.product"].create({"name": "Lamp at once", "type": "product"})
            self.product, self.warehouse = product.id, warehouse.id
            values = {
                "state": "open",
                "company_id": warehouse.company_id.id,
                "warehouse_id": warehouse.id,
                "product_id": product.id,
                "new_min": 5,
                "new_max": 15,
            }
            self.proposal = guard.passing(env["retail.replenishment.proposal"]).create(values).id
        self.addCleanup(self.remove)

    @contextmanager
    def environment(self):
        with self.registry.cursor() as cr:
            yield Environment(cr, SUPERUSER_ID, {})

    def remove(self):
        with self.environment() as env:
            self.rules(env).write({"active": False})
            env["product.product"].browse(self.product).active = False
            env["res.users"].browse(self.buyer).active = False

    def rules(self, env):
        return env["stock.warehouse.orderpoint"].search([("product_id", "=", self.product)])

    def accept(self, env):
        env(user=self.buyer)["retail.replenishment.proposal"].browse(self.proposal).action_accept()

    def look(self, env):
        """From now on this connection sees what is there now."""
        self.assertEqual(env["retail.replenishment.proposal"].browse(self.proposal).state, "open")

    def test_two_who_accept_make_one_rule(self):
        with self.environment() as slow:
            self.look(slow)
            with self.environment() as quick:
                self.accept(quick)
            # Odoo tries the whole request again after this error.
            with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
                self.accept(slow)
            slow.cr.rollback()
            slow.clear()
            with self.assertRaisesRegex(UserError, "already"):
                self.accept(slow)
            self.assertEqual(len(self.rules(slow)), 1)

    def test_a_night_does_not_take_back_what_is_being_accepted(self):
        with self.environment() as night:
            self.look(night)
            with self.environment() as quick:
                self.accept(quick)
            # The night tries this warehouse again after this error.
            with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
                night["retail.replenishment.run"]._recompute(self.warehouse)
            night.cr.rollback()
            night.clear()
            night["retail.replenishment.run"]._recompute(self.warehouse)
            self.assertEqual(night["retail.replenishment.proposal"].browse(self.proposal).state, "accepted")
            night.cr.rollback()
