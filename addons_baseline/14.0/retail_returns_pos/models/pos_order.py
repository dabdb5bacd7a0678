"""An order that gives money back has a return: authorised before it pays, or made of what a till has paid."""

import logging
from collections import Counter

import psycopg2
from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.addons.retail_base.conflict import one_at_a_time
from odoo.exceptions import UserError

from .pos_session import GOODS
from .retail_return_line import SOLD

_logger = logging.getLogger(__name__)

# Tills send what they have done; then customer and money are gone, and nothing is refused any more.
FROM_TILL = "retail_returns_from_till"


class SentByTill:
    """Compared by identity, as the pass of retail_base.guard: no caller can name it."""


class PosOrder(models.Model):
    _name = "pos.order"
    _inherit = ["pos.order", "retail.guard.mixin"]

    return_asked_id = fields.Many2one(
        "retail.return", "Return", index=True, copy=False, ondelete="restrict", help="On which it pays back."
    )
    return_reason_id = fields.Many2one(
        "retail.return.reason", "Why it comes back", readonly=True, copy=False, ondelete="restrict"
    )
    return_note = fields.Char(readonly=True, copy=False)
    return_ids = fields.One2many("retail.return", "pos_order_id", "Returns", readonly=True)
    return_missing = fields.Char(
        "Why there is no return", readonly=True, copy=False, help="What went wrong; it is tried again and again."
    )

    def _guarded_fields(self):
        return super()._guarded_fields() | {"return_missing"}

    # What tills send.

    @api.model
    def _order_fields(self, ui_order):
        values = super()._order_fields(ui_order)
        for name, model in (("return_asked_id", "retail.return"), ("return_reason_id", "retail.return.reason")):
            given = ui_order.get(name)
            # An order is never lost because something that it names is gone.
            values[name] = given and self.env[model].sudo().browse(given).exists().id
        values["return_note"] = ui_order.get("return_note")
        return values

    @api.model
    def _process_order(self, order, draft, existing_order):
        sent = {FROM_TILL: SentByTill}
        existing = existing_order and existing_order.with_context(**sent)
        return super(PosOrder, self.with_context(**sent))._process_order(order, draft, existing)

    # Nobody else pays back without a return.

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders.filtered(lambda order: order.state in SOLD)._require_return()
        return orders

    def write(self, vals):
        if vals.get("state") in SOLD:
            self.filtered(lambda order: order.state not in SOLD)._require_return()
        return super().write(vals)

    def _require_return(self):
        """Raise UserError, saying what to do, unless all that gives back was authorised."""
        if self.env.context.get(FROM_TILL) is SentByTill or guard.is_open(self.env):
            return
        for order in self.sudo().filtered(lambda each: each._lines_back()):
            document = order.return_asked_id
            if not document:
                raise UserError(
                    _(
                        "%s pays back without a return. Delete it, open the order that was sold, and press Return"
                        " Products.",
                        order.name,
                    )
                )
            problem = document._problem_with_paying(order.config_id, order._goods_back(), order._amount_back())
            if problem:
                raise UserError(problem)

    def action_pos_order_paid(self):
        result = super().action_pos_order_paid()
        # Customer and money are gone by now: it is recorded, approved or looked into, but never refused.
        if self._lines_back():
            self._try_to_make_return()
        return result

    def _try_to_make_return(self):
        """Make the return, or keep why that failed, for the scheduled action; whether it is there now."""
        try:
            with self.env.cr.savepoint():
                self._make_return()
        except psycopg2.OperationalError:
            # Somebody else was faster: Odoo begins the request again.
            raise
        except Exception as problem:
            # Core would only log it, and keep half a return.
            _logger.exception("No return for %s", self.name)
            why = str(problem) or type(problem).__name__
        else:
            why = False
        if why != self.return_missing:
            guard.passing(self.sudo()).write({"return_missing": why})
        return not why

    # What it gives back.

    def _lines_back(self):
        """Lines that come back; of an order that pays out, also those that only cost less than nothing."""
        pays_out = self.amount_total < 0
        return self.lines.filtered(lambda line: line.qty < 0 or (pays_out and line.price_subtotal < 0))

    def _lines_of_goods(self):
        return self._lines_back().filtered(lambda line: line.qty < 0 and line.product_id.type in GOODS)

    def _goods_back(self):
        """Units by product."""
        units = Counter()
        for line in self._lines_of_goods():
            units[line.product_id] -= line.qty
        return units

    def _amount_back(self):
        return sum(-self._in_company_currency(line.price_subtotal) for line in self._lines_back())

    def _in_company_currency(self, amount):
        currency, company = self.pricelist_id.currency_id, self.company_id
        return currency._convert(amount, company.currency_id, company, self.date_order, round=False)

    # Its return.

    def _make_return(self):
        """The return of what this order takes back, submitted by whoever is at the till, or none."""
        self.ensure_one()
        order = self.sudo()
        document = order.return_ids
        if document or not order._lines_back():
            return document
        asked = order.return_asked_id
        if asked:
            # Of two orders on one return the second sees that it was paid back.
            one_at_a_time(asked)
            if not asked._problem_with_paying(order.config_id, order._goods_back(), order._amount_back()):
                asked._pay_back_with(order)
                return asked
        return self._record_return()

    def _record_return(self):
        """Of what a till has paid back already, on no return or on one that is about something else."""
        goods = self.sudo()._lines_of_goods()
        others = self.sudo()._lines_back() - goods
        document = guard.passing(self.env["retail.return"].sudo()).create(
            {
                "pos_order_id": self.id,
                "company_id": self.company_id.id,
                "partner_id": self.partner_id.id,
                "warehouse_id": self.config_id._returns_to().id,
                "goodwill": sum(-self._in_company_currency(line.price_subtotal) for line in others),
                "note": self.return_note or self.note or self.name,
                "line_ids": [(0, 0, self._return_line(line)) for line in goods],
            }
        )  # fmt: skip
        # From here on without the pass. A form's questions are not asked, because nobody at a till could answer.
        document = self.env["retail.return"].sudo().browse(document.id)
        document._approval_submit()
        if document.approval_state != "approved":
            guard.passing(document).write({"paid_unapproved": True})
        return document

    def _return_line(self, line):
        reason = self.sudo().return_reason_id or self.env.ref("retail_returns_pos.reason_till")
        return {
            "product_id": line.product_id.id,
            "quantity": -line.qty,
            "pos_line_id": line.id,
            "reason_id": reason.id,
            "note": self.return_note,
        }


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    def _paid_for_one(self):
        """Without taxes, in the company's currency."""
        return self.order_id._in_company_currency(self.price_subtotal) / self.qty if self.qty else 0.0


class PosPayment(models.Model):
    _inherit = "pos.payment"

    @api.model_create_multi
    def create(self, vals_list):
        payments = super().create(vals_list)
        paid_out = payments.filtered(lambda payment: payment.amount < 0)
        paid_out.pos_order_id.filtered(lambda order: order.state not in SOLD)._require_return()
        return payments
