"""What tills have sent: one row for each sale, however often and in how many requests at once it arrives."""

import hashlib
import json

from odoo import SUPERUSER_ID, api, fields, models
from odoo.addons.retail_base import guard


class TillReceipt(models.Model):
    """The content is part of the key, because a number alone is not one sale.

    After a restore from a backup, sessions count their logins anew, and a till gives numbers once more whose sales
    it, or another device, still has to send. Taken for a repetition, the second sale would be lost.
    """

    _name = "retail.till.receipt"
    _inherit = "retail.sealed.mixin"
    _description = "Sale sent by a till"
    _rec_name = "reference"

    session_id = fields.Many2one(
        "pos.session",
        required=True,
        ondelete="cascade",
        help="As the till says; the order stands in another one if this was closed when it arrived.",
    )
    reference = fields.Char("Receipt number", required=True)
    digest = fields.Char(
        "Fingerprint",
        help="Of lines and total. Empty for orders from before this was kept: what has their number is taken for"
        " them.",
    )
    order_id = fields.Many2one("pos.order", index=True, ondelete="cascade")
    final = fields.Boolean(help="Paid at the till. Before that the till may send it again with other content.")

    _sql_constraints = [
        (
            "sent_once",
            "unique(session_id, reference, digest)",
            "This sale has been recorded already. Nothing has to be done.",
        )
    ]

    @api.model
    def _digest_of(self, data):
        """Fingerprint of a till's order: what was sold, for how much. Times may differ when it is sent again."""
        lines = sorted(
            [
                line["product_id"],
                *(round(float(line.get(name) or 0), 6) for name in ("qty", "price_unit", "discount")),
            ]
            for _command, _id, line in data["lines"] or []
        )
        content = json.dumps([round(float(data["amount_total"]), 6), lines])
        return hashlib.sha256(content.encode()).hexdigest()

    @api.model
    def _take(self, data, draft):
        """The receipt of a till's order, made now if it is new; it has an order if it came before.

        Of two requests at the same time the second waits here until the first has ended. Then Odoo has to begin it
        again, to see what the first did, so this raises SerializationFailure.
        """
        digest = self._digest_of(data)
        receipt = self._insert(data["pos_session_id"], data["name"], digest, only_first=True)
        if receipt:
            return receipt
        number = [("session_id", "=", data["pos_session_id"]), ("reference", "=", data["name"])]
        for receipt in self.sudo().search(number, order="id"):
            # A sale that is paid is not opened again by a draft that was late.
            if draft or not receipt.final or receipt.digest in (digest, "", False):
                return receipt
        receipt = self._insert(data["pos_session_id"], data["name"], digest)
        self.env["retail.till.signal"]._same_number(receipt)
        return receipt

    @api.model
    def _insert(self, session_id, reference, digest, only_first=False):
        """A new receipt; with `only_first`, none when the session has sent this number before."""
        values = {"session_id": session_id, "reference": reference, "digest": digest, "final": False}
        # By hand, because only this way what another transaction has inserted since ours began is a failure that
        # Odoo repeats the request for; a violated constraint is told to the till as an error.
        self.env.cr.execute(
            """
            INSERT INTO retail_till_receipt
                (session_id, reference, digest, final, create_uid, create_date, write_uid, write_date)
            SELECT %(session_id)s, %(reference)s, %(digest)s, %(final)s, %(uid)s, %(now)s, %(uid)s, %(now)s
            WHERE NOT (%(only_first)s AND EXISTS (
                SELECT FROM retail_till_receipt WHERE session_id = %(session_id)s AND reference = %(reference)s
            ))
            ON CONFLICT (session_id, reference, digest) DO NOTHING
            RETURNING id
            """,
            {
                **values,
                "only_first": only_first,
                "uid": self.env.uid or SUPERUSER_ID,
                "now": fields.Datetime.now(),
            },
            log_exceptions=False,
        )
        receipt = self.sudo().browse([new_id for (new_id,) in self.env.cr.fetchall()])
        if receipt:
            # What was just written need not be read.
            receipt._update_cache({**values, "order_id": False}, validate=False)
        return receipt

    def _has_settled(self):
        """Whether there is nothing left to do for the order, whatever else the till sends."""
        return self.final or (self.order_id and self.order_id.state != "draft")

    def _for_core(self, data):
        """What core makes the order of. A copy: core writes into it, and the request may have to begin again."""
        data = dict(data)
        # With this key, core looks for the number among all orders there are, and takes a refund for the sale.
        data.pop("server_id", None)
        if self.order_id:
            data["server_id"] = self.order_id.id
        return data

    def _settle(self, order_id, data, draft):
        settled = {"order_id": order_id, "final": not draft}
        digest = self._digest_of(data)
        if digest != self.digest:
            settled["digest"] = digest
        guard.passing(self).write(settled)
