from odoo import SUPERUSER_ID
from odoo.addons.retail_base.tests.at_once import PATIENCE, AtOnceCase
from odoo.addons.retail_base.tests.products import sellable
from odoo.service.model import execute
from odoo.tests import tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestAtOnce(AtOnceCase):
    def setUp(self):
        super().setUp()
        with self.environment() as env:
            env.cr.execute("UPDATE retail_message_rule SET since = since - interval '1 day'")
            customer = self.make(env, "res.partner", name="Mia at once", email="mia@shop.example")
            product = self.make(env, "product.product", name="Advice", type="service", list_price=20.0)
            sellable(product)
            line = (0, 0, {"product_id": product.id, "product_uom_qty": 1})
            self.order = self.make(env, "sale.order", partner_id=customer.id, order_line=[line]).id

    def remove(self):
        with self.environment() as env:
            env.cr.execute("UPDATE retail_message_rule SET since = since + interval '1 day'")
            env.cr.execute("DELETE FROM retail_message WHERE res_id = %s RETURNING mail_id", (self.order,))
            env["mail.mail"].browse(row[0] for row in env.cr.fetchall() if row[0]).unlink()
            env["sale.order"].browse(self.order).action_cancel()

    def test_two_who_enter_a_state_at_once_tell_it_once(self):
        write = (self.registry.db_name, SUPERUSER_ID, "sale.order", "write", [self.order], {"state": "sale"})
        # The conflict is logged, and meant.
        with mute_logger("odoo.sql_db"), self.environment() as env:
            # Only told and not written, or the second would wait for the order itself.
            env["sale.order"].browse(self.order)._tell_customer("order_confirmed")
            env["base"].flush()
            second = self.waiting(execute, *write)
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
