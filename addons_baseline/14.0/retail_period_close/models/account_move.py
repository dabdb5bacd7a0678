"""Journal entries: core asks `_get_user_fiscal_lock_date` before each change; here only the race is closed."""

from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _check_fiscalyear_lock_date(self):
        for move in self:
            move.company_id._retail_hold_open(move.date)
        return super()._check_fiscalyear_lock_date()
