"""Lines of a posted credit note are held to what was approved, as it was when it was posted."""

from odoo import api, models

# Writing one of these changes what is refunded.
AMOUNTS = frozenset(
    {
        "amount_currency", "credit", "debit", "discount", "exclude_from_invoice_tab", "move_id", "price_unit",
        "quantity", "tax_line_id",
    }
)  # fmt: skip


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        moves = self.env["account.move"].browse({vals["move_id"] for vals in vals_list if vals.get("move_id")})
        before = moves._posted_refunds()._refund_amounts()
        lines = super().create(vals_list)
        lines.move_id._require_not_raised(before)
        return lines

    def write(self, vals):
        if not AMOUNTS & vals.keys():
            return super().write(vals)
        moves = self.move_id
        before = moves._posted_refunds()._refund_amounts()
        result = super().write(vals)
        (moves | self.move_id)._require_not_raised(before)
        return result

    def unlink(self):
        """Without a line that takes something off it is more."""
        moves = self.move_id
        before = moves._posted_refunds()._refund_amounts()
        result = super().unlink()
        moves.exists()._require_not_raised(before)
        return result
