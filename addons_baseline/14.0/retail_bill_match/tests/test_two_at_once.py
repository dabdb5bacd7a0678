from contextlib import contextmanager

from odoo import SUPERUSER_ID, fields, registry
from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger
from psycopg2.errors import SerializationFailure


@tagged("post_install", "-at_install")
class TestTwoAtOnce(BaseCase):
    """With two real connections; what they make is committed, and taken away again."""

    def setUp(self):
        super().setUp()
        self.registry = registry(get_db_name())
        self.made = []
        self.addCleanup(self.remove)
        with self.environment() as env:
            product = self.make(env, "product.product", name="Rare", type="service", purchase_method="purchase")
            vendor = self.make(env, "res.partner", name="Rare Works")
            line = {
                "name": "Rare",
                "product_id": product.id,
                "product_uom": product.uom_id.id,
                "product_qty": 1,
                "price_unit": 60,
                "date_planned": fields.Datetime.now(),
            }
            order = self.make(env, "purchase.order", partner_id=vendor.id, order_line=[(0, 0, line)])
            order.button_confirm()
            billed = {
                "name": "Rare",
                "product_id": product.id,
                "quantity": 1,
                "price_unit": 60,
                "tax_ids": [(5, 0, 0)],
                "purchase_line_id": order.order_line.id,
            }
            self.bill_ids = [
                self.make(
                    env,
                    "account.move",
                    move_type="in_invoice",
                    partner_id=vendor.id,
                    invoice_date=fields.Date.today(),
                    invoice_line_ids=[(0, 0, billed)],
                ).id
                for _each in "12"
            ]

    @contextmanager
    def environment(self):
        with self.registry.cursor() as cr:
            yield Environment(cr, SUPERUSER_ID, {})

    def make(self, env, model, **values):
        record = env[model].create(values)
        self.made.insert(0, (model, record.id))
        return record

    def remove(self):
        with self.environment() as env:
            for model, record_id in self.made:
                record = env[model].browse(record_id).exists()
                if model == "account.move":
                    record.button_draft()
                    record.with_context(force_delete=True).unlink()
                    continue
                if model == "purchase.order":
                    record.button_cancel()
                    env["product.supplierinfo"].search([("name", "=", record.partner_id.id)]).unlink()
                record.unlink()

    def test_the_same_receipt_is_billed_once(self):
        with self.environment() as slow:
            late = slow["account.move"].browse(self.bill_ids[1])
            self.assertFalse(late._match_refusal(), "it agrees before the other one is posted")
            with self.environment() as quick:
                quick["account.move"].browse(self.bill_ids[0]).action_post()
            # Odoo tries the whole request again after this error, and then says that it is billed already.
            with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
                # Not by posting as a whole, which also writes to the vendor that both have.
                late._require_match()
            slow.cr.rollback()
            with self.assertRaisesRegex(UserError, "2.0 billed, 1.0 ordered"):
                late.action_post()
            slow.cr.rollback()
