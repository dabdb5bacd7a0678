"""What may be billed of an order line."""

from odoo import _, fields, models
from odoo.tools import float_compare, formatLang

from .account_move import MATCHED


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    def _match_problems(self, bill_lines):
        """Why these lines of one bill do not agree with this order line: sentences, each with what to do."""
        bill = bill_lines.move_id
        problems = [
            self._quantity_problem(bill_lines, bill),
            self._price_problem(bill_lines, bill),
            self._order_problem(bill),
        ]
        if bill_lines.product_id - self.product_id:
            problems.append(_("%s is another product than was ordered. Correct the bill.", bill_lines[0].name))
        return [problem for problem in problems if problem]

    def _order_problem(self, bill):
        order = self.order_id
        if order.state not in ("purchase", "done"):
            return _("%s is not confirmed. Have it confirmed first.", order.name)
        if order.partner_id.commercial_partner_id != bill.commercial_partner_id:
            return _(
                "%(order)s was placed with %(vendor)s. Correct the vendor of the bill.",
                order=order.name,
                vendor=order.partner_id.display_name,
            )
        return None

    def _quantity_problem(self, bill_lines, bill):
        billed = self._billed(self._posted_lines(bill)) + self._billed(bill_lines)
        by_receipt = self._is_billed_by_receipt()
        allowed = self.qty_received if by_receipt else self.product_qty
        if float_compare(billed, allowed, precision_rounding=self.product_uom.rounding) <= 0:
            return None
        values = {"product": self.product_id.display_name, "billed": billed, "allowed": allowed}
        if by_receipt:
            return _(
                "%(product)s: %(billed)s billed, %(allowed)s received. Enter the receipt, or bill less.", **values
            )
        return _("%(product)s: %(billed)s billed, %(allowed)s ordered. Bill less.", **values)

    def _is_billed_by_receipt(self):
        """Whether only what was received may be billed, and not what is ordered and still to come."""
        return self.product_id.purchase_method == "receive"

    def _price_problem(self, bill_lines, bill):
        """By what reaches the ledger, in the company's currency: prices and totals are only copies of it."""
        company = bill.company_id
        billed, ordered = sum(bill_lines.mapped("balance")), self._ordered_value(self._billed(bill_lines), bill)
        tolerance = self.env["retail.bill.tolerance"]._allowed(company, self.product_id.categ_id, ordered)
        # Each line of the bill was rounded by itself.
        rounding = company.currency_id.rounding * len(bill_lines)
        if company.currency_id.compare_amounts(billed, ordered + tolerance + rounding) <= 0:
            return None
        return _(
            "%(product)s: %(billed)s billed, %(ordered)s as ordered. Have the bill corrected.",
            product=self.product_id.display_name,
            billed=formatLang(self.env, billed, currency_obj=company.currency_id),
            ordered=formatLang(self.env, ordered, currency_obj=company.currency_id),
        )

    def _ordered_value(self, quantity, bill):
        """What this quantity costs by the order, without taxes, in the bill's company's currency on its day."""
        order = self.order_id
        taxes = self.taxes_id.compute_all(
            self.price_unit, order.currency_id, quantity, self.product_id, order.partner_id
        )
        day = bill.date or fields.Date.context_today(self)
        company = bill.company_id
        return order.currency_id._convert(taxes["total_excluded"], company.currency_id, company, day)

    def _posted_lines(self, bill):
        """What other bills and credit notes have billed of it."""
        return self.invoice_lines.filtered(lambda line: line.parent_state == "posted" and line.move_id != bill)

    def _billed(self, lines):
        """Quantity in this line's unit; credit notes take away from it."""
        total = 0.0
        for line in lines:
            quantity = line.product_uom_id._compute_quantity(
                line.quantity, self.product_uom, round=False, raise_if_failure=False
            )
            total += quantity if line.move_id.move_type in MATCHED else -quantity
        return total
