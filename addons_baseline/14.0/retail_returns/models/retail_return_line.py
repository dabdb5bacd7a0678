"""One product of a return."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError
from odoo.tools import float_compare


class RetailReturnLine(models.Model):
    _name = "retail.return.line"
    _description = "Goods of a return"

    return_id = fields.Many2one("retail.return", required=True, index=True, ondelete="cascade")
    # Kept, or each line that is read would have all returns looked through for whose they are.
    company_id = fields.Many2one(related="return_id.company_id", store=True, index=True)
    warehouse_id = fields.Many2one(related="return_id.warehouse_id", store=True, index=True)
    move_id = fields.Many2one(
        "stock.move",
        "Delivered with",
        index=True,
        help="Empty: nobody knows the delivery, so somebody approves it.",
    )
    product_id = fields.Many2one("product.product", required=True)
    quantity = fields.Float(digits="Product Unit of Measure", help="In the product's own unit.")
    reason_id = fields.Many2one("retail.return.reason", required=False, ondelete="restrict")
    note = fields.Char()
    price_unit = fields.Float(
        "Paid", compute="_compute_price", help="Of one, without taxes, in the company's currency."
    )
    amount = fields.Float(compute="_compute_price")
    received = fields.Float(digits="Product Unit of Measure", readonly=True, copy=False)
    condition = fields.Selection(
        [("sellable", "As new, back on the shelf"), ("unsellable", "Not to be sold")],
        copy=False,
        help="What is not to be sold stays where returns wait, until it is scrapped or sent back to the vendor.",
    )

    @api.depends("move_id", "product_id", "quantity")
    def _compute_price(self):
        for line in self:
            line.price_unit = line._paid_for_one()
            line.amount = line.quantity * line.price_unit

    def _was_sold(self):
        """Whether it is known when it was sold."""
        return bool(self.move_id)

    def _paid_for_one(self):
        sold = self.sudo().move_id.sale_line_id
        if not sold:
            return self.product_id.lst_price
        company = self.return_id.company_id
        per_unit = sold.product_uom._compute_price(sold.price_reduce_taxexcl, self.product_id.uom_id)
        day = sold.order_id.date_order or fields.Datetime.now()
        return sold.currency_id._convert(per_unit, company.currency_id, company, day)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._refuse_unless_draft()
        return lines

    def write(self, vals):
        if vals.keys() == {"condition"}:
            self._refuse_unless_received()
        else:
            self._refuse_unless_draft()
        return super().write(vals)

    def unlink(self):
        self._refuse_unless_draft()
        return super().unlink()

    def _refuse_unless_draft(self):
        if guard.is_open(self.env):
            return
        for each in self.return_id:
            if each.state != "draft" or each.approval_state == "pending":
                raise UserError(_("%s has been submitted. Withdraw it first, or make another return.", each.name))

    def _refuse_unless_received(self):
        for each in self.return_id:
            if each.state != "received":
                raise UserError(
                    _("The goods of %s are looked at when they are here. Receive them first.", each.name)
                )

    # What has to be so before it is submitted.

    def _problems(self):
        name, problems = self.product_id.display_name, []
        if self.product_id.type not in ("product", "consu"):
            problems.append(_("%s is no goods. Refund it as goodwill.", name))
        if self.quantity <= 0:
            problems.append(_("Enter how many of %s come back, or remove the line.", name))
        if not self.reason_id:
            problems.append(_("Give a reason for %s.", name))
        if self.reason_id.needs_note and not (self.note or "").strip():
            problems.append(_("Say in a note what is the matter with %s.", name))
        return problems + self._problems_with_delivery()

    def _problems_with_delivery(self):
        move, name = self.move_id, self.product_id.display_name
        if not move:
            return []
        if move.picking_id != self.return_id.picking_id or move.product_id != self.product_id:
            return [_("%s was not in this delivery. Choose the delivery it came with.", name)]
        if move.state != "done" or move.location_dest_id.usage != "customer":
            return [_("%s has not been delivered with this transfer.", name)]
        rest = move.product_qty - self._returned_otherwise()
        if self._exceeds(rest):
            return [_("Of %(product)s only %(rest)s can still come back.", product=name, rest=rest)]
        return []

    def _exceeds(self, rest):
        return float_compare(self.quantity, rest, precision_rounding=self.product_id.uom_id.rounding) > 0

    def _returned_otherwise(self):
        """How much of the delivery has come back, or may: in other lines, and before there were returns."""
        return self.move_id._returned(but=self)

    def _held(self):
        """How much of the delivery this line takes up: what came, once that is known."""
        return self.received if self.return_id.state in ("received", "released") else self.quantity

    # What somebody has to agree to.

    def _unusual(self):
        """Sentences about this line."""
        name, found = self.product_id.display_name, []
        if not self._was_sold():
            found.append(_("Nobody knows when %s was sold.", name))
        if self._is_late():
            found.append(_("%s comes back late.", name))
        return found

    def _is_late(self):
        days, delivered = self._days_to_return(), self._sold_at()
        return days is not None and bool(delivered) and (fields.Datetime.now() - delivered).days > days

    def _sold_at(self):
        """When the customer got it; empty: nobody knows."""
        return self.move_id.date

    def _days_to_return(self):
        """Within how many days after the delivery it may come back without being late; None: at any time."""
        return self.reason_id.max_days or None

    def _move_values(self, kind, source, target):
        incoming = source.usage == "customer"
        return {
            "name": self.return_id.name,
            "product_id": self.product_id.id,
            "product_uom": self.product_id.uom_id.id,
            "product_uom_qty": self.quantity if incoming else self.received,
            "location_id": source.id,
            "location_dest_id": target.id,
            "picking_type_id": kind.id,
            "company_id": self.return_id.company_id.id,
            "procure_method": "make_to_stock",
            # So that the order knows what came back, and its delivered quantity falls.
            **(
                {
                    "origin_returned_move_id": self.move_id.id,
                    "sale_line_id": self.move_id.sale_line_id.id,
                    "to_refund": True,
                }
                if incoming and self.move_id
                else {}
            ),
        }
