"""Returns: authorised, received, rejected."""

from odoo import models


class RetailReturn(models.Model):
    _name = "retail.return"
    _inherit = ["retail.return", "retail.message.mixin"]

    def write(self, vals):
        """Here, because the states are set by approvals, transfers and tills alike."""
        before = (
            {each.id: each._state_to_tell() for each in self} if {"state", "approval_state"} & vals.keys() else {}
        )
        written = super().write(vals)
        for each in self:
            now = each._state_to_tell()
            if each.id in before and now and now != before[each.id]:
                each._tell_customer(f"return_{now}")
        return written

    def _state_to_tell(self):
        if self.approval_state == "rejected":
            return "rejected"
        return self.state if self.state in ("authorized", "received") else None

    def _message_customer(self):
        return self.partner_id if self.partner_id.email else self.partner_id.commercial_partner_id

    def _message_channel(self):
        return self.channel

    def _message_began(self):
        return self.create_date
