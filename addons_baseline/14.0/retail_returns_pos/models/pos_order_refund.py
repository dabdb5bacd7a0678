"""The button Return Products: it asks for a return first, and refunds what was agreed to."""

from collections import Counter

from odoo import _, models
from odoo.addons.retail_base.forms import form_of
from odoo.exceptions import UserError
from odoo.tools import float_is_zero

from .pos_session import GOODS
from .retail_return_line import SOLD


class PosOrder(models.Model):
    _inherit = "pos.order"  # pylint: disable=consider-merging-classes-inherited # the button here, tills there

    def refund(self):
        """The order that pays back what is authorised; while nothing is, the return that asks for it."""
        self.ensure_one()
        self.check_access_rights("read")
        self.check_access_rule("read")
        document = self._return_to_pay_back()
        if not document:
            document = self._return_to_ask_for()
            return form_of(document._name, document.id)
        begun = self.sudo().search([("return_asked_id", "=", document.id), ("state", "=", "draft")], limit=1)
        if begun:
            return form_of(self._name, begun.id)
        action = super().refund()
        self.browse(action["res_id"])._take_over(document, self)
        return action

    def _return_to_pay_back(self):
        return self._returns_of_sale([("approval_state", "=", "approved"), ("state", "!=", "received")])

    def _returns_of_sale(self, domain):
        documents = self.env["retail.return"].sudo()
        return documents.search([("sold_order_id", "=", self.id), ("pos_order_id", "=", False), *domain], limit=1)

    def _return_to_ask_for(self):
        """One that is not decided yet, or a new one of all that has not come back."""
        waiting = self._returns_of_sale([("approval_state", "in", ("draft", "pending"))])
        if waiting:
            return waiting
        if self.state not in SOLD:
            raise UserError(_("%s is not paid. Delete it, or change its lines.", self.name))
        goods = self.lines.filtered(lambda line: line.qty > 0 and line.product_id.type in GOODS)
        document = self.env["retail.return"].sudo().create(
            {
                "sold_order_id": self.id,
                "company_id": self.company_id.id,
                "partner_id": self.partner_id.id,
                "warehouse_id": self.config_id._returns_to().id,
                "line_ids": [
                    (0, 0, {"product_id": line.product_id.id, "quantity": line.qty, "sold_line_id": line.id})
                    for line in goods
                ],
            }
        )  # fmt: skip
        for line in document.line_ids:
            line.quantity -= line._returned_of_sale()
        document.line_ids.filtered(lambda line: line.quantity <= 0).unlink()
        if not document.line_ids:
            document.note = _("Nothing of these goods is left to come back; goodwill may be.")
        return document

    def _take_over(self, document, sold):
        """Let this copy of what was sold, with all signs turned, be what the return is about."""
        self.return_asked_id = document
        back = Counter()
        for each in document.line_ids:
            back[each.sold_line_id] += each.quantity
        for line, copied in zip(sold.lines.sorted("id"), self.lines.sorted("id")):
            # What made it cheaper, such as a discount, stays: it was not paid. Other services are goodwill.
            if line.price_subtotal < 0 or (document.goodwill and line.product_id.type == "service"):
                continue
            copied.qty = -back[line]
        self.lines.filtered(lambda line: float_is_zero(line.qty, precision_digits=6)).unlink()
        self.lines._onchange_amount_line_all()
        self._onchange_amount_all()
