"""Closing a ticket by the link on its page: by the customer whose it is, and by whoever works on it."""

from odoo import _, models
from odoo.exceptions import AccessError, UserError


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"  # pylint: disable=consider-merging-classes-inherited # a subject of its own

    def _close_by(self, stage):
        """Close it as the current user.

        Raises AccessError for whoever neither works on it nor asked, UserError where the stage does not close it.
        """
        self.ensure_one()
        self.check_access_rights("read")
        self.check_access_rule("read")
        if self.check_access_rights("write", raise_exception=False):
            self.check_access_rule("write")
        elif not self.env.user.share and self.sudo().partner_id != self.env.user.partner_id:
            # Customers read only what they or their firm asked; in the shop also followers read a ticket.
            raise AccessError(_("%s is not yours to close. Ask who works on it.", self.sudo().display_name))
        if not stage.closed:
            raise UserError(_("Choose a stage that closes the ticket."))
        self.sudo().stage_id = stage
