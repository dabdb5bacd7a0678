"""For documents that speak to the outside: the shipment of a transfer, the capture of a payment."""

from odoo import _, models


class ConnectorDocument(models.AbstractModel):
    _name = "retail.connector.document.mixin"
    _description = "Document that calls the outside"

    def _connector_queue(self, endpoint, purpose, payload, **options):
        """Queue a call about this document in the running transaction; see `_queue` for the options.

        `purpose` names what the call does, once for each document: queued a second time, it is the same call.
        """
        self.ensure_one()
        return self.env["retail.connector.message"]._queue(
            endpoint, f"{purpose}/{self._name}/{self.id}", payload, document=self, **options
        )

    def _connector_content(self, message):
        """What a message says that was queued without content, as whatever JSON can hold; as superuser.

        Asked for once, at the first try: only for what stays as it was when the message was queued.
        """
        raise NotImplementedError

    def _connector_answered(self, message):
        """The call was answered, once; as superuser. Raises UserError when the answer is of no use."""

    def _connector_dead(self, message):
        """The call was given up. By default it is said in the document's own history."""
        if hasattr(self, "message_post"):
            self.message_post(body=_("Given up: %s", message.advice))
