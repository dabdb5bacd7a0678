"""Tills and closed periods: what was closed stays closed, and a sale that comes in late is booked all the same."""

from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError


class PosSession(models.Model):
    _inherit = "pos.session"

    def write(self, vals):
        """A session of a closed period is not opened again.

        Only what was closed before is looked at: a session that is still open may be closed at any time.
        """
        if not {"state", "start_at", "stop_at", "move_id"}.isdisjoint(vals):
            for session in self.filtered(lambda each: each.state == "closed"):
                company = session.company_id
                if company._retail_is_closed(session.stop_at or session.start_at):
                    raise UserError(company._retail_closed_message(session.display_name))
        return super().write(vals)

    def _get_statement_line_vals(self, statement, receivable_account, amount, date=False):
        """Cash that came in while a till was offline, for a period that has been closed since, is booked today."""
        if date and date <= self.company_id._get_user_fiscal_lock_date():
            date = False
        return super()._get_statement_line_vals(statement, receivable_account, amount, date)


class PosOrder(models.Model):
    _inherit = "pos.order"

    def _prepare_invoice_vals(self):
        """Such a sale is invoiced on the first open day: if it were refused, it would stay in the till."""
        values = super()._prepare_invoice_vals()
        locked = self.company_id._get_user_fiscal_lock_date()
        if values["invoice_date"] <= locked:
            values["invoice_date"] = locked + timedelta(days=1)
        return values
