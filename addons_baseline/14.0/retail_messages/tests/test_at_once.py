"""With real connections, and what they write is committed."""

import threading
import time
from contextlib import contextmanager

from odoo import SUPERUSER_ID, registry
from odoo.addons.retail_base.tests.products import sellable
from odoo.api import Environment
from odoo.service.model import execute
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

PATIENCE = 30
WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@tagged("post_install", "-at_install")
class TestAtOnce(BaseCase):
    def setUp(self):
        super().setUp()
        self.database = get_db_name()
        self.registry = registry(self.database)
        with self.environment() as env:
            env.cr.execute("UPDATE retail_message_rule SET since = since - interval '1 day'")
            customer = env["res.partner"].create({"name": "Mia at once", "email": "mia@shop.example"})
            product = env["product.product"].create({"name": "Advice", "type": "service", "list_price": 20.0})
            sellable(product)
            line = (0, 0, {"product_id": product.id, "product_uom_qty": 1})
            order = env["sale.order"].create({"partner_id": customer.id, "order_line": [line]})
            self.order, self.made = order.id, [(each._name, each.ids) for each in (product, customer)]
        self.addCleanup(self.remove)

    @contextmanager
    def environment(self):
        with self.registry.cursor() as cr:
            yield Environment(cr, SUPERUSER_ID, {})

    def remove(self):
        with self.environment() as env:
            env.cr.execute("UPDATE retail_message_rule SET since = since + interval '1 day'")
            env.cr.execute("DELETE FROM retail_message WHERE res_id = %s RETURNING mail_id", (self.order,))
            env["mail.mail"].browse(row[0] for row in env.cr.fetchall() if row[0]).unlink()
            order = env["sale.order"].browse(self.order)
            order.action_cancel()
            order.unlink()
            for model, ids in self.made:
                env[model].browse(ids).unlink()

    def one_waits(self):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with self.registry.cursor() as cr:
                cr.execute(WAITS)
                if cr.fetchone()[0]:
                    return True
            time.sleep(0.05)
        return False

    def test_two_who_enter_a_state_at_once_tell_it_once(self):
        write = (self.database, SUPERUSER_ID, "sale.order", "write", [self.order], {"state": "sale"})
        second = threading.Thread(target=execute, args=write)
        # The conflict is logged, and meant.
        with mute_logger("odoo.sql_db"), self.environment() as env:
            # Only told and not written, or the second would wait for the order itself.
            env["sale.order"].browse(self.order)._tell_customer("order_confirmed")
            env["base"].flush()
            second.start()
            self.assertTrue(self.one_waits(), "the second did not wait")
            env.cr.commit()
            second.join(PATIENCE)
        with self.environment() as env:
            told = env["retail.message"].search([("res_model", "=", "sale.order"), ("res_id", "=", self.order)])
            self.assertEqual(told.mapped("state"), ["queued"])
            self.assertEqual(env["sale.order"].browse(self.order).state, "sale")
            self.assertEqual(env["mail.mail"].search_count([("recipient_ids.name", "=", "Mia at once")]), 1)

    def test_what_is_rolled_back_tells_nothing(self):
        with self.environment() as env:
            env["sale.order"].browse(self.order).action_confirm()
            env["base"].flush()
            env.cr.rollback()
        with self.environment() as env:
            self.assertFalse(env["retail.message"].search([("res_id", "=", self.order)]))
            self.assertFalse(env["mail.mail"].search([("recipient_ids.name", "=", "Mia at once")]))
