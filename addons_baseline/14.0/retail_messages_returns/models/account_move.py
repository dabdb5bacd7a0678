"""Credit notes: a return is refunded."""

from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft)
        refunds = self.filtered(lambda move: move.move_type == "out_refund" and move.state == "posted")
        refunds.return_id._tell_customer("return_refunded")
        return posted
