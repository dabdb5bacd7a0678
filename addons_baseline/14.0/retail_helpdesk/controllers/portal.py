"""The link by which a customer closes a ticket: helpdesk_mgmt closes whatever number it is given, for anybody."""

from odoo import http
from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController
from odoo.exceptions import AccessError, UserError
from odoo.http import request
from werkzeug.exceptions import BadRequest, Forbidden, NotFound
from werkzeug.utils import redirect


class TicketClosing(HelpdeskTicketController):
    @http.route()
    def support_ticket_close(self, ticket_id="", stage_id="", **_others):
        """Only the two that the page of a ticket sends; nothing of what else is in the address is written."""
        if not (ticket_id.isdigit() and stage_id.isdigit()):
            raise NotFound()
        ticket = request.env["helpdesk.ticket"].browse(int(ticket_id)).exists()
        if not ticket:
            raise NotFound()
        try:
            ticket._close_by(request.env["helpdesk.ticket.stage"].browse(int(stage_id)).exists())
        except AccessError as error:
            raise Forbidden(str(error.args[0])) from error
        except UserError as error:
            raise BadRequest(str(error.args[0])) from error
        return redirect(f"/my/ticket/{ticket.id}")
