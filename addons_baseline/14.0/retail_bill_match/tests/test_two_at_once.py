from odoo import fields
from odoo.addons.retail_base.tests.at_once import AtOnceCase
from odoo.exceptions import UserError
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestTwoAtOnce(AtOnceCase):
    def setUp(self):
        super().setUp()
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
            self.order_id = order.id
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

    def remove(self):
        with self.environment() as env:
            bills = env["account.move"].browse(self.bill_ids)
            bills.button_draft()
            bills.with_context(force_delete=True).unlink()
            order = env["purchase.order"].browse(self.order_id)
            order.button_cancel()
            env["product.supplierinfo"].search([("name", "=", order.partner_id.id)]).unlink()

    def test_the_same_receipt_is_billed_once(self):
        with self.environment() as slow:
            late = slow["account.move"].browse(self.bill_ids[1])
            self.assertFalse(late._match_refusal(), "it agrees before the other one is posted")
            with self.environment() as quick:
                quick["account.move"].browse(self.bill_ids[0]).action_post()
            # Odoo tries the whole request again after this error, and then says that it is billed already.
            with self.too_late(slow):
                # Not by posting as a whole, which also writes to the vendor that both have.
                late._require_match()
            with self.assertRaisesRegex(UserError, "2.0 billed, 1.0 ordered"):
                late.action_post()
            slow.cr.rollback()
