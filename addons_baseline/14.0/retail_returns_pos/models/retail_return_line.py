"""Goods that a till takes back: for what they were sold there, or what it gives for them."""

from odoo import _, api, fields, models

SOLD = ("paid", "done", "invoiced")


class RetailReturnLine(models.Model):
    _name = "retail.return.line"
    _inherit = ["retail.return.line", "retail.guard.mixin"]

    pos_line_id = fields.Many2one("pos.order.line", readonly=True, copy=False, ondelete="restrict")
    sold_line_id = fields.Many2one("pos.order.line", "Sold with", index=True, ondelete="restrict")
    till_price = fields.Float("Given at the till", readonly=True, copy=False)

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"pos_line_id", "till_price"}

    def _was_sold(self):
        # Tills do not ask for the receipt.
        document = self.return_id
        return bool(document.pos_order_id or document.till_session_id or self.sold_line_id) or super()._was_sold()

    def _sold_at(self):
        return self.sudo().sold_line_id.order_id.date_order or super()._sold_at()

    def _paid_for_one(self):
        line = self.sudo().pos_line_id
        if line:
            return line._paid_for_one()
        if self.return_id.till_session_id:
            return self.till_price
        sold = self.sudo().sold_line_id
        return sold._paid_for_one() if sold else super()._paid_for_one()

    def _problems_with_delivery(self):
        return super()._problems_with_delivery() + self._problems_with_sale()

    def _problems_with_sale(self):
        sold, name = self.sold_line_id, self.product_id.display_name
        order = self.return_id.sold_order_id
        if not sold and not order:
            return []
        if sold.order_id != order or sold.product_id != self.product_id or order.state not in SOLD:
            return [_("%s was not sold with this order. Press Return Products on the right one.", name)]
        rest = sold.qty - self._returned_of_sale()
        if self._exceeds(rest):
            return [_("Of %(product)s only %(rest)s can still come back.", product=name, rest=rest)]
        return []

    def _returned_of_sale(self):
        """How much of what was sold has come back, or may, in other lines."""
        lines = self.search(
            [
                ("sold_line_id", "=", self.sold_line_id.id),
                ("id", "!=", self.id),
                "|",
                ("return_id.approval_state", "in", ("pending", "approved")),
                ("return_id", "=", self.return_id.id),
            ]
        )
        return sum(line._held() for line in lines)
