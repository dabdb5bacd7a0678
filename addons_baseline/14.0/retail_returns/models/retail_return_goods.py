"""What happens with the goods of a return, and when it may be refunded."""

from collections import Counter

from odoo import _, fields, models
from odoo.addons.retail_base import guard
from odoo.addons.retail_base.conflict import one_at_a_time
from odoo.exceptions import AccessError, UserError
from odoo.tools import float_compare

INSPECTORS = "retail_returns.group_return_inspector"


class RetailReturn(models.Model):
    _inherit = "retail.return"

    # Where they go.

    def _goods_are_here(self):
        """Whether the customer has left them already, as at a till."""
        return False

    def _expect_goods(self):
        """A transfer from the customer to where returns wait."""
        customers = self.picking_id.location_dest_id or self.env.ref("stock.stock_location_customers")
        self._make_transfer(
            self.warehouse_id.in_type_id, customers, self.warehouse_id.return_location_id, self.line_ids
        )

    def _make_transfer(self, kind, source, target, lines):
        picking = guard.passing(self.env["stock.picking"]).create(
            {
                "return_id": self.id,
                "picking_type_id": kind.id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "origin": self.name,
                "move_lines": [(0, 0, line._move_values(kind, source, target)) for line in lines],
            }
        )
        # From here on as whoever it is, without the pass.
        picking = self.env["stock.picking"].browse(picking.id)
        picking.action_confirm()
        picking.action_assign()

    # Inspection.

    def _follow_transfers(self):
        """What was expected has come, or does not come any more."""
        for each in self.filtered(lambda it: it.state == "authorized"):
            states = set(each._coming().mapped("state"))
            if "done" in states and states <= {"done", "cancel"}:
                each._received()

    def _coming(self):
        return self.incoming_ids.filtered(lambda picking: picking.location_id.usage == "customer")

    def _count_in(self):
        """How much of each line has come; what has not is not refunded."""
        came = Counter()
        for move in self._coming().move_lines.filtered(lambda it: it.state == "done"):
            came[move.product_id] += move.product_qty
        for line in self.line_ids:
            received = min(line.quantity, came[line.product_id])
            came[line.product_id] -= received
            guard.passing(line).write({"received": received})
        worth = sum(line.received * line.price_unit for line in self.line_ids) + self.goodwill
        guard.passing(self).write({"approved_amount": min(self.approved_amount, worth)})

    def _received(self):
        for each in self:
            each._count_in()
            guard.passing(each).write({"state": "received"})
            if not each.needs_inspection:
                each.line_ids.write({"condition": "sellable"})
                each._release()

    def action_inspected(self):
        """The goods have been looked at, by somebody who did not ask for the return."""
        for each in self:
            each._require_inspector()
            if each.state != "received":
                raise UserError(
                    _(
                        "%s has not been received, or was inspected before."
                        " Receive the goods first; an inspection is not repeated.",
                        each.name,
                    )
                )
            if not all(each.line_ids.mapped("condition")):
                raise UserError(_("Enter in which condition the goods of each line are."))
            done = {"inspected_by_id": self.env.uid, "inspected_at": fields.Datetime.now()}
            guard.passing(each.sudo()).write(done)
            each.sudo()._release()

    def _require_inspector(self):
        user = self.env.user
        if not user.has_group(INSPECTORS):
            group = self.env.ref(INSPECTORS).sudo().display_name
            raise AccessError(_("You may not inspect returns. Ask somebody of: %s.", group))
        if user == self._approval_last_request().requester_id:
            raise AccessError(_("You asked for this return, so somebody else has to look at the goods."))

    def _release(self):
        guard.passing(self).write({"state": "released"})
        sellable = self.line_ids.filtered(
            lambda line: line.condition == "sellable" and line.received and line.product_id.type == "product"
        )
        if sellable:
            warehouse = self.warehouse_id
            self._make_transfer(
                warehouse.int_type_id, warehouse.return_location_id, warehouse.lot_stock_id, sellable
            )

    # What others ask.

    def _require_authorised(self):
        """Raises UserError, saying what to do, unless goods may come in on this return."""
        self._approval_require()
        if self.state not in ("authorized", "received"):
            raise UserError(_("%s does not wait for goods any more. Make another return.", self.name))

    def _require_refundable(self, refund):
        """Raises UserError unless this credit note may be posted on this return."""
        self._approval_require()
        if self.state != "released":
            raise UserError(
                _(
                    "%s cannot be refunded yet: the goods have to be received and, where needed, inspected.",
                    self.name,
                )
            )
        one_at_a_time(self)
        if refund.commercial_partner_id != self.partner_id.commercial_partner_id:
            raise UserError(_("%s is another customer's return. Choose the right one.", self.name))
        posted = (self.sudo().refund_ids | refund.sudo()).filtered(
            lambda move: move.state == "posted" and move.move_type == "out_refund"
        )
        total = sum(abs(move.amount_untaxed_signed) for move in posted)
        if float_compare(total, self.approved_amount, precision_rounding=self.company_id.currency_id.rounding) > 0:
            raise UserError(
                _(
                    "On %(name)s %(approved).2f may be refunded without taxes, and this makes %(total).2f. Lower"
                    " the credit note, or make another return.",
                    name=self.name,
                    approved=self.approved_amount,
                    total=total,
                )
            )
