"""An order that gives money back has a return: before it is paid in the back office, afterwards from a till."""

import logging
from collections import Counter

import psycopg2
from odoo import _, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

GOODS = ("product", "consu")


class PosOrder(models.Model):
    _name = "pos.order"
    _inherit = ["pos.order", "retail.guard.mixin"]

    return_ids = fields.One2many("retail.return", "pos_order_id", "Returns", readonly=True)
    return_missing = fields.Char(
        "Why there is no return", readonly=True, copy=False, help="What went wrong; it is tried again and again."
    )

    def _guarded_fields(self):
        return super()._guarded_fields() | {"return_missing"}

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

    def _lines_back(self):
        return self.lines.filtered(lambda line: line.qty < 0)

    def _make_return(self):
        """The return of what this order takes back, submitted by whoever is at the till, or none."""
        self.ensure_one()
        document = self.sudo().return_ids
        lines = self.sudo()._lines_back()
        if document or not lines:
            return document
        goods = lines.filtered(lambda line: line.product_id.type in GOODS)
        document = guard.passing(self.env["retail.return"].sudo()).create(
            {
                "pos_order_id": self.id,
                "company_id": self.company_id.id,
                "partner_id": self.partner_id.id,
                "warehouse_id": self.config_id.picking_type_id.warehouse_id.id,
                "goodwill": sum(self._paid_back(line) for line in lines - goods),
                "note": self.note or self.name,
                "line_ids": [(0, 0, self._return_line(line)) for line in goods],
            }
        )  # fmt: skip
        # From here on without the pass. A form's questions are not asked, because nobody at a till could answer.
        document = self.env["retail.return"].sudo().browse(document.id)
        document._approval_submit()
        return document

    def _return_line(self, line):
        return {
            "product_id": line.product_id.id,
            "quantity": -line.qty,
            "pos_line_id": line.id,
            "reason_id": self.env.ref("retail_returns_pos.reason_till").id,
        }

    def _paid_back(self, line):
        """Without taxes, in the company's currency."""
        currency, company = self.pricelist_id.currency_id, self.company_id
        return currency._convert(-line.price_subtotal, company.currency_id, company, self.date_order)

    def _require_return(self):
        """None, or the return that waits: then nothing is paid out yet. Raises UserError when it never will be."""
        document = self._make_return()
        if document.approval_state == "pending":
            return document
        if document:
            document._approval_require()
            self._require_as_approved(document)
        return None

    def _require_as_approved(self, document):
        back, approved = Counter(), Counter()
        for line in self._lines_back().filtered(lambda each: each.product_id.type in GOODS):
            back[line.product_id] -= line.qty
        for line in document.line_ids:
            approved[line.product_id] += line.quantity
        if back != approved:
            raise UserError(_("%s is about other goods. Cancel this order, and refund again.", document.name))


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    def _paid_back_for_one(self):
        return self.order_id._paid_back(self) / -self.qty if self.qty else 0.0
