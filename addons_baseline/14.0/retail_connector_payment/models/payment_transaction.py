"""What is asked of a payment service after the customer has left, through the queue."""

from odoo import _, models
from odoo.addons.retail_base.conflict import one_at_a_time
from odoo.exceptions import UserError
from odoo.tools import float_repr

# Of a call: the state that its answer brings about. A refund changes none.
ENDS = {"capture": "done", "void": "cancel"}
OPEN = ("queued", "dead")


class PaymentTransaction(models.Model):
    _name = "payment.transaction"
    _inherit = ["payment.transaction", "retail.connector.document.mixin"]

    # Core and other addons call these, for several payments of one acquirer; and so may anybody by RPC, as their
    # names have no underscore, and customers read their own payments.

    def s2s_capture_transaction(self, **kwargs):
        others = self - self._connector_ask("capture")
        return super(PaymentTransaction, others).s2s_capture_transaction(**kwargs) if others else None

    def s2s_void_transaction(self, **kwargs):
        others = self - self._connector_ask("void")
        return super(PaymentTransaction, others).s2s_void_transaction(**kwargs) if others else None

    def s2s_do_refund(self, **kwargs):
        others = self - self._connector_ask("refund")
        return super(PaymentTransaction, others).s2s_do_refund(**kwargs) if others else None

    def _connector_ask(self, action):
        """Queue this for the payments whose acquirer has an endpoint; those."""
        self.check_access_rights("write")
        self.check_access_rule("write")
        queued = self.filtered(lambda payment: payment.sudo().acquirer_id.connector_endpoint_id)
        for payment in queued:
            one_at_a_time(payment)
            payment._connector_require_nothing_else(action)
            if action == "refund":
                payment._connector_refund()
            else:
                payment._connector_ask_once(action)
        return queued

    def _connector_require_nothing_else(self, action):
        others = self._connector_asked().filtered(lambda message: _action_of(message) != action)
        if others.filtered(lambda message: message.state in OPEN):
            raise UserError(
                _(
                    "The payment service is asked for something else for %s. Cancel that call first.",
                    self.reference,
                )
            )

    def _connector_ask_once(self, action):
        """Capture or void what is authorised."""
        same = self._connector_asked().filtered(lambda message: _action_of(message) == action)
        cancelled = same.filtered(lambda message: message.state == "cancelled")
        if same - cancelled:
            # Pressed again. What was given up is sent again where it stands.
            return
        if self.state != "authorized":
            raise UserError(
                _(
                    "%(payment)s is %(state)s. Only what is authorised can be captured or voided.",
                    payment=self.reference,
                    state=self._shown_state(),
                )
            )
        # A person cancelled it, and now it is wanted again: another call.
        self._connector_call(action, action, len(cancelled), self.amount)

    def _connector_call(self, action, purpose, again, amount):
        """Queue one call; `again` says how many of the same purpose there were before it."""
        acquirer = self.sudo().acquirer_id
        return self._connector_queue(
            acquirer.connector_endpoint_id,
            f"{purpose}-{again}" if again else purpose,
            self._connector_payment(amount),
            path=f"{acquirer.connector_path or ''}/{action}",
        )

    def _connector_asked(self):
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        return self.env["retail.connector.message"].sudo().search(domain)

    def _connector_payment(self, amount):
        """What a payment service needs to know to move this amount, in the payment's currency."""
        return {
            "reference": self.reference,
            "payment": self.acquirer_reference or "",
            "amount": float_repr(amount, self.currency_id.decimal_places),
            "currency": self.currency_id.name,
        }

    def _connector_answered(self, message):
        """Any answer of success will do: it is done then, whatever else it says, and not asked for again."""
        action = _action_of(message)
        end = ENDS.get(action)
        if end and self.state not in ("authorized", end):
            raise UserError(
                _("%(payment)s is %(state)s meanwhile.", payment=self.reference, state=self._shown_state())
            )
        self.acquirer_reference = _number_in(message) or self.acquirer_reference
        if action == "capture":
            self._set_transaction_done()
        elif action == "void":
            self._set_transaction_cancel()
        else:
            self.state_message = _("Refunded.")

    def _connector_dead(self, message):
        self.state_message = _("Given up: %s", message.advice)

    def _shown_state(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state]


def _number_in(message):
    """The service's own number of the payment, when the answer has one."""
    try:
        answer = message._answer_data()
    except UserError:
        return None
    number = answer.get("payment") if isinstance(answer, dict) else None
    return number if isinstance(number, str) else None


def _action_of(message):
    """What it asks for; its key begins with that, and cannot be edited."""
    return message.key.partition("/")[0].partition("-")[0]
