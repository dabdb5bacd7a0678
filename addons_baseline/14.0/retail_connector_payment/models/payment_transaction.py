"""What is asked of a payment service after the customer has left, through the queue."""

from odoo import _, models
from odoo.exceptions import UserError
from odoo.tools import float_repr

# Of a call: the state that its answer brings about. A refund changes none.
ENDS = {"capture": "done", "void": "cancel"}
OPEN = ("queued", "dead")


class PaymentTransaction(models.Model):
    _name = "payment.transaction"
    _inherit = ["payment.transaction", "retail.connector.document.mixin"]

    # Core and other addons call these, for several payments of one acquirer.

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
        queued = self.filtered(lambda payment: payment.sudo().acquirer_id.connector_endpoint_id)
        for payment in queued:
            payment._connector_ask_once(action)
        return queued

    def _connector_ask_once(self, action):
        asked = self._connector_asked()
        same = asked.filtered(lambda message: _action_of(message) == action)
        if (asked - same).filtered(lambda message: message.state in OPEN):
            raise UserError(
                _(
                    "The payment service is asked for something else for %s. Cancel that call first.",
                    self.reference,
                )
            )
        cancelled = same.filtered(lambda message: message.state == "cancelled")
        if same - cancelled:
            # Pressed again. What was given up is sent again where it stands.
            return
        # A person cancelled it, and now it is wanted again: another call.
        again = len(cancelled)
        acquirer = self.sudo().acquirer_id
        self._connector_queue(
            acquirer.connector_endpoint_id,
            f"{action}-{again}" if again else action,
            self._connector_payment(),
            path=f"{acquirer.connector_path or ''}/{action}",
        )

    def _connector_asked(self):
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        return self.env["retail.connector.message"].sudo().search(domain)

    def _connector_payment(self):
        """What a payment service needs to know."""
        return {
            "reference": self.reference,
            "payment": self.acquirer_reference or "",
            "amount": float_repr(self.amount, self.currency_id.decimal_places),
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
