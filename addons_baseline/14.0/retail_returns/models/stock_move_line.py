"""The narrow place: goods come in from customers, and leave the place of returns, only as their return says."""

from odoo import _, api, models
from odoo.addons.retail_base import guard
from odoo.addons.retail_base.conflict import one_at_a_time
from odoo.exceptions import UserError
from odoo.tools import float_compare

from .stock_move import comes_back

# What changes a line's effect on stock after it is done.
EFFECTIVE = frozenset({"qty_done", "location_id", "location_dest_id", "product_uom_id"})


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        late = lines.filtered(lambda line: line.state == "done" and line._of_a_return())
        if late and not guard.is_open(self.env):
            raise UserError(_("What came back is not changed afterwards. Make another return."))
        return lines

    def _action_done(self):
        if not guard.is_open(self.env):
            governed = self.filtered(lambda line: line.qty_done and line._of_a_return())
            for line in governed:
                line._require_return()
            governed._require_not_more_than_approved()
            governed._require_not_more_than_before()
        return super()._action_done()

    def write(self, vals):
        if EFFECTIVE & vals.keys() and not guard.is_open(self.env):
            done = self.filtered(lambda line: line.state == "done")
            if any(line._of_a_return(vals) for line in done):
                raise UserError(_("What came back is not changed afterwards. Make another return."))
        return super().write(vals)

    def _of_a_return(self, changes=None):
        """Whether the line, as it is or as it would be, comes from a customer or leaves the place of returns."""
        locations, changes = self.env["stock.location"].sudo(), changes or {}
        line = self.sudo()
        ways = [
            (line.location_id, line.location_dest_id),
            (
                locations.browse(changes.get("location_id") or line.location_id.id),
                locations.browse(changes.get("location_dest_id") or line.location_dest_id.id),
            ),
        ]
        return any(comes_back(source, target) for source, target in ways)

    def _require_return(self):
        picking = self.move_id.picking_id.sudo()
        if picking.return_free:
            return
        document = picking.return_id
        if not document:
            raise UserError(
                _(
                    "%s comes back from a customer without a return, or was not released. Enter it under Retail >"
                    " Work > Returns.",
                    self.product_id.display_name,
                )
            )
        if self.location_id.usage != "customer":
            document._approval_require()
            if document.state != "released":
                raise UserError(
                    _(
                        "The goods of %s have not been inspected yet."
                        " Ask an inspector to enter their condition in the return.",
                        document.name,
                    )
                )
            return
        document._require_authorised()
        if not self.location_dest_id._is_for_returns():
            place = document.warehouse_id.return_location_id.display_name
            raise UserError(_("Returned goods wait in %s until they are released.", place))

    def _require_not_more_than_approved(self):
        """Adds up what each return has moved already with what it moves now."""
        for document in self.move_id.picking_id.return_id.sudo():
            for product in self.product_id:
                for incoming in (True, False):
                    self._require_at_most(document, product, incoming)

    def _require_at_most(self, document, product, incoming):
        def counts(line):
            same = line.product_id == product and (line.location_id.usage == "customer") == incoming
            return same and line.move_id.picking_id.return_id == document

        now = self.sudo().filtered(counts)
        done = document.incoming_ids.move_line_ids.filtered(lambda line: line.state == "done" and counts(line))
        lines = document.line_ids.filtered(
            lambda line: line.product_id == product and (incoming or line.condition == "sellable")
        )
        moved, allowed = (now | done)._units(product), sum(lines.mapped("quantity" if incoming else "received"))
        if now and float_compare(moved, allowed, precision_rounding=product.uom_id.rounding) > 0:
            raise UserError(
                _(
                    "%(name)s is about %(allowed)s of %(product)s. Make another return for the rest.",
                    name=document.name,
                    allowed=allowed,
                    product=product.display_name,
                )
            )

    def _require_not_more_than_before(self):
        """What was on its way when the addon came may arrive, as many as were, and as the customer still has."""
        free = self.sudo().filtered(lambda line: line.move_id.picking_id.return_free)
        begun, deliveries = free.move_id.picking_id._first_free(), free.move_id.origin_returned_move_id
        # As returns of the same delivery do.
        one_at_a_time(begun | deliveries.picking_id)
        for first in begun:
            for product in free.product_id:
                free._require_on_its_way(first._with_free_rests(), product)
        for delivered in deliveries:
            free._require_delivered(delivered)

    def _require_on_its_way(self, transfers, product):
        moves = transfers.move_lines.filtered(lambda move: move.product_id == product)
        came = sum(moves.filtered(lambda move: move.state == "done").mapped("product_qty"))
        now = self.filtered(lambda line: line.product_id == product and line.move_id.picking_id in transfers)
        now._require_within(product, sum(moves.mapped("return_free_quantity")) - came)

    def _require_delivered(self, delivered):
        now = self.filtered(lambda line: line.move_id.origin_returned_move_id == delivered)
        now._require_within(delivered.product_id, delivered._left_of_delivery())

    def _require_within(self, product, rest):
        if self and float_compare(self._units(product), rest, precision_rounding=product.uom_id.rounding) > 0:
            raise UserError(
                _("Of %(product)s only %(rest)s can still come back.", product=product.display_name, rest=rest)
            )

    def _units(self, product):
        """Together, in the product's own unit."""
        return sum(line.product_uom_id._compute_quantity(line.qty_done, product.uom_id) for line in self)
