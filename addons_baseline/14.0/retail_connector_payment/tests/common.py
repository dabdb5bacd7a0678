"""A payment service on a real socket: the stub carrier, which does each call once, by its key."""

from unittest.mock import patch

from odoo import fields
from odoo.addons.retail_base import guard
from odoo.addons.retail_connector.tests.common import ConnectorCase
from odoo.tests import new_test_user


def captured_later(registry):
    """Only acquirers of providers that take the money later have authorized payments."""
    support = {"authorize": ["manual"], "tokenize": [], "fees": []}
    return patch.object(registry["payment.acquirer"], "_get_feature_support", lambda _self: support)


class PaymentCase(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.endpoint.kind = "payment"
        patched = captured_later(self.registry)
        patched.start()
        self.addCleanup(patched.stop)
        self.clerk_of_accounts = new_test_user(self.env, "books", groups="account.group_account_user")
        self.customer = self.env["res.partner"].create({"name": "Ana"})
        self.cards = self.env["account.journal"].create({"name": "Cards", "code": "CARD", "type": "bank"})
        self.acquirer = self.env["payment.acquirer"].create(
            {
                "name": "Cards",
                "journal_id": self.cards.id,
                "provider": "manual",
                "view_template_id": self.env.ref("payment.default_acquirer_button").id,
                "connector_endpoint_id": self.endpoint.id,
            }
        )

    def payment(self, reference="S1", state="authorized", **values):
        return self.env["payment.transaction"].create(
            {
                "reference": reference,
                "acquirer_id": self.acquirer.id,
                "acquirer_reference": "pay_1",
                "amount": 12.5,
                "currency_id": self.env.company.currency_id.id,
                "partner_id": self.customer.id,
                "state": state,
                **values,
            }
        )

    def paid(self, reference="S1", amount=12.5, invoice=None, **values):
        """A payment of an invoice that is posted."""
        invoice = invoice or self.posted(amount)
        payment = self.payment(reference, "done", amount=amount, **values)
        payment.invoice_ids = invoice
        return payment

    def posted(self, amount, kind="out_invoice", **values):
        """Where there is retail_returns, a credit note would need a return; that is tried there."""
        move = self.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": self.customer.id,
                "invoice_line_ids": [
                    (0, 0, {"name": "Lamp", "quantity": 1, "price_unit": amount, "tax_ids": [(5,)]}),
                ],
                **values,
            }
        )
        guard.passing(move).action_post()
        return move

    def credit(self, payment, amount, **values):
        values = {"reversed_entry_id": payment.invoice_ids[:1].id, **values}
        return self.posted(amount, "out_refund", **values)

    def booked(self, note, amount, journal=None, date=None):
        """A line of the statement says that this went out, and is set against the credit note."""
        values = {"payment_ref": "Refund", "amount": -amount, "partner_id": self.customer.id}
        day = date or fields.Date.today()
        statement = self.env["account.bank.statement"].create(
            {
                "journal_id": (journal or self.cards).id,
                "date": day,
                "line_ids": [(0, 0, {**values, "date": day})],
            }
        )
        statement.button_post()
        owed = note.line_ids.filtered(lambda line: line.account_id.internal_type == "receivable")
        statement.line_ids.reconcile([{"id": owed.id, "balance": amount}])

    def messages_of(self, payments):
        return self.messages.search(
            [("res_model", "=", "payment.transaction"), ("res_id", "in", payments.ids)], order="id"
        )
