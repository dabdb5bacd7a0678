"""What a customer may send back of an order, and the request for it."""

from collections import defaultdict

from odoo import _, models
from odoo.addons.retail_base import guard
from odoo.addons.retail_base.conflict import one_at_a_time
from odoo.exceptions import UserError
from odoo.tools import float_compare

LONGEST_NOTE = 1000  # characters
MANY = 1e9  # more than any order has


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _is_of(self, user):
        """Whether the user bought it. Whoever only follows an order does not send its goods back."""
        mine = user.partner_id.commercial_partner_id
        return not user._is_public() and self.partner_id.commercial_partner_id == mine

    def _returns_for_customer(self):
        """Newest first; drafts that the shop makes are its own matter."""
        documents = self.env["retail.return"].sudo().search([("sale_id", "=", self.id)])
        return documents.filtered(lambda each: each.asked_online or each.approval_state == "approved")

    def _left_to_return(self):
        """{move: how much of it can still be asked for}, in the product's own unit; without what cannot."""
        moves = self.sudo().picking_ids.move_lines.filtered(
            lambda move: (
                move.state == "done"
                and move.location_dest_id.usage == "customer"
                and move.product_id.type in ("product", "consu")
            )
        )
        asked = self._asked_for()
        left = {move: move.product_qty - move._returned() - asked[move] for move in moves}
        return {
            move: quantity
            for move, quantity in left.items()
            if float_compare(quantity, 0, precision_rounding=move.product_id.uom_id.rounding) > 0
        }

    def _asked_for(self):
        """What stands in requests that nobody has looked at yet, by move."""
        asked = defaultdict(float)
        for document in self._returns_for_customer().filtered(lambda each: each._is_open_request()):
            for line in document.line_ids:
                asked[line.move_id] += line.quantity
        return asked

    def _ask_for_return(self, wanted, note=""):
        """Requests of what is `wanted`: {move id: (quantity, reason id)}, one for each delivery.

        Raises UserError with a sentence for the customer.
        """
        self.ensure_one()
        note = (note or "").strip()[:LONGEST_NOTE]
        wanted = {move: each for move, each in wanted.items() if each[0] != 0}
        if not wanted:
            raise UserError(_("Enter how many you want to send back."))
        pickings = self.sudo().picking_ids.filtered(lambda picking: picking.state == "done")
        # Whoever presses twice asks once: the second sees the first.
        one_at_a_time(pickings)
        left = {move.id: (move, quantity) for move, quantity in self._left_to_return().items()}
        lines = defaultdict(list)
        for number, (quantity, reason) in wanted.items():
            move = self._require_left(left, number, quantity)
            lines[move.picking_id].append(self._request_line(move, quantity, reason, note))
        made = self.env["retail.return"]
        for picking, values in lines.items():
            made |= self._request(picking, values, note)
        return made

    def _require_left(self, left, number, quantity):
        if number not in left:
            raise UserError(_("This cannot be returned any more. Reload the page, and look at what is left."))
        move, most = left[number]
        rounding = move.product_id.uom_id.rounding
        # Not a number compares with none, and what has no end cannot be rounded.
        if not 0 < quantity < MANY or float_compare(quantity, most, precision_rounding=rounding) > 0:
            raise UserError(
                _("Of %(product)s you can send back at most %(most)g.", product=move.product_id.name, most=most)
            )
        return move

    def _request_line(self, move, quantity, reason, note):
        reason = self.env["retail.return.reason"].sudo().browse(reason).exists()
        if not (reason.offered and reason.active):
            raise UserError(_("Choose why you send %s back.", move.product_id.name))
        if reason.needs_note and not note:
            raise UserError(_("Tell us below what is the matter with %s.", move.product_id.name))
        return {
            "move_id": move.id,
            "product_id": move.product_id.id,
            "quantity": quantity,
            "reason_id": reason.id,
            "note": note,
        }

    def _request(self, picking, lines, note):
        warehouse = picking.picking_type_id.warehouse_id
        self._require_room(warehouse)
        values = {
            "asked_online": True,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "picking_id": picking.id,
            "warehouse_id": warehouse.id,
            "note": note,
            "line_ids": [(0, 0, line) for line in lines],
        }
        document = guard.passing(self.env["retail.return"].sudo()).create(values)
        # From here on without the pass.
        document = self.env["retail.return"].sudo().browse(document.id)
        document.message_post(
            body=_("Asked for on the website."),
            author_id=self.env.user.partner_id.id,
            subtype_xmlid="mail.mt_note",
        )
        return document

    def _require_room(self, warehouse):
        """Raise UserError when too many requests of this customer wait already."""
        documents = self.env["retail.return"].sudo()
        customer = [("partner_id", "child_of", self.partner_id.commercial_partner_id.id)]
        asked = documents.search([("asked_online", "=", True), ("approval_state", "=", "draft"), *customer])
        most = self.env["retail.return.limit"]._first_for(self.company_id, warehouse).open_online
        if len(asked.filtered(lambda each: each._is_open_request())) >= most:
            raise UserError(
                _("We have not answered all of your requests yet. Write to us at the order, or ask again later.")
            )
