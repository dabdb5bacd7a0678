from odoo.addons.retail_base import guard
from odoo.addons.retail_base.tests.at_once import AtOnceCase
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import captured_later


@tagged("post_install", "-at_install")
class TestAtOnce(AtOnceCase):
    context = {"tracking_disable": True}

    def setUp(self):
        super().setUp()
        patched = captured_later(self.registry)
        patched.start()
        self.addCleanup(patched.stop)
        with self.environment() as env:
            endpoint = self.make(
                env,
                "retail.connector.endpoint",
                name="Cards",
                code="cards_at_once",
                kind="payment",
                url="https://api.cards.invalid",
                paused=True,
            )
            button = env.ref("payment.default_acquirer_button")
            values = {"provider": "manual", "view_template_id": button.id, "connector_endpoint_id": endpoint.id}
            acquirer = self.make(env, "payment.acquirer", name="Cards", **values)
            self.customer_id = self.make(env, "res.partner", name="Ana").id
            self.endpoint_id, self.acquirer_id = endpoint.id, acquirer.id

    def payment(self, env, state, number=1):
        return self.make(
            env,
            "payment.transaction",
            reference=f"At once {number}",
            acquirer_id=self.acquirer_id,
            amount=10,
            currency_id=env.company.currency_id.id,
            partner_id=self.customer_id,
            state=state,
        )

    def posted(self, env, kind, **values):
        line = {"name": "Lamp", "quantity": 1, "price_unit": 10, "tax_ids": [(5,)]}
        values = {"move_type": kind, "partner_id": self.customer_id, "invoice_line_ids": [(0, 0, line)], **values}
        move = env["account.move"].create(values)
        guard.passing(move).action_post()
        return move

    def messages(self, env):
        return env["retail.connector.message"].search([("endpoint_id", "=", self.endpoint_id)])

    def remove(self):
        with self.environment() as env:
            payments = env["payment.transaction"].search([("acquirer_id", "=", self.acquirer_id)])
            guard.passing(payments.refund_ids).unlink()
            guard.passing(self.messages(env)).unlink()
            moves = env["account.move"].search([("partner_id", "=", self.customer_id)], order="id desc")
            guard.passing(moves).button_draft()
            guard.passing(moves).with_context(force_delete=True).unlink()

    def test_a_payment_is_not_captured_and_voided(self):
        with self.environment() as env:
            payment_id = self.payment(env, "authorized").id
        with self.environment() as slow:
            late = slow["payment.transaction"].browse(payment_id)
            self.assertFalse(late._connector_asked(), "it could be voided before the other one captured it")
            with self.environment() as quick:
                quick["payment.transaction"].browse(payment_id).s2s_capture_transaction()
            with self.too_late(slow):
                late.s2s_void_transaction()
            with self.assertRaisesRegex(UserError, "asked for something else"):
                late.s2s_void_transaction()
            slow.cr.rollback()

    def test_the_same_credit_note_is_not_given_back_to_two_payments(self):
        with self.environment() as env:
            invoice = self.posted(env, "out_invoice")
            self.posted(env, "out_refund", reversed_entry_id=invoice.id)
            payments = self.payment(env, "done", 1) | self.payment(env, "done", 2)
            payments.write({"invoice_ids": [(6, 0, invoice.ids)]})
            first, second = payments.ids
        with self.environment() as slow:
            late = slow["payment.transaction"].browse(second)
            self.assertEqual(late.refunded, 0)
            with self.environment() as quick:
                quick["payment.transaction"].browse(first).s2s_do_refund()
            with self.too_late(slow):
                late.s2s_do_refund()
            with self.assertRaisesRegex(UserError, "no posted credit note"):
                late.s2s_do_refund()
            slow.cr.rollback()
        with self.environment() as env:
            self.assertEqual(self.messages(env).mapped("res_id"), [first])
