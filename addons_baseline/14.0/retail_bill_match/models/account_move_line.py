"""Lines of a posted bill are held to the same as when it was posted."""

from odoo import api, models

# Writing one of these changes what is billed, and for what.
BILLING = frozenset(
    {
        "amount_currency", "credit", "debit", "discount", "exclude_from_invoice_tab", "move_id", "price_unit",
        "product_id", "product_uom_id", "purchase_line_id", "quantity",
    }
)  # fmt: skip


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.move_id._matched_and_posted()._require_match()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if BILLING & vals.keys():
            self.move_id._matched_and_posted()._require_match()
        return result
