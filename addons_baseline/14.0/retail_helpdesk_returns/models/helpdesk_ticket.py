"""What a ticket is about: a return."""

from odoo import api, fields, models
from odoo.tools import create_index


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    return_id = fields.Many2one("retail.return", index=True, copy=False, ondelete="set null")

    @api.model
    def _documents(self):
        return {**super()._documents(), "return_id": "name"}

    def action_return(self):
        """The ticket's return, or the form of a new one for its customer."""
        self.ensure_one()
        action = {"type": "ir.actions.act_window", "res_model": "retail.return", "view_mode": "form"}
        if self.return_id:
            return {**action, "res_id": self.return_id.id}
        return {
            **action,
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_note": self.name,
                "default_ticket_ids": [(4, self.id)],
            },
        }


class RetailReturn(models.Model):
    _inherit = "retail.return"

    ticket_ids = fields.One2many("helpdesk.ticket", "return_id", "Tickets", copy=False)

    def init(self):
        # Each ticket looks for returns of its customer.
        create_index(self.env.cr, "retail_return_partner_id_index", self._table, ["partner_id"])
        return super().init()
