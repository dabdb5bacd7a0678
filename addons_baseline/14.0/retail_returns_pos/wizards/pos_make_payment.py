"""The back office pays out when the return is approved; a till has paid out before anybody could ask."""

from odoo import models


class PosMakePayment(models.TransientModel):
    _inherit = "pos.make.payment"

    def check(self):
        order = self.env["pos.order"].browse(self.env.context.get("active_id", False))
        waits = order._require_return() if order else None
        if waits:
            return {
                "type": "ir.actions.act_window",
                "res_model": "retail.return",
                "res_id": waits.id,
                "view_mode": "form",
            }
        return super().check()
