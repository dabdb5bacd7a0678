"""A ticket gets its route when it is made, wherever it comes from."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import create_index


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    route_id = fields.Many2one("retail.ticket.route", readonly=True, copy=False, ondelete="restrict")
    routed_user_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        help="To whom the route gave it, whoever has it now: the next one is somebody else's turn.",
    )

    def init(self):
        # Whose turn it is has to be found as fast after a million tickets as after ten.
        create_index(self.env.cr, "helpdesk_ticket_turn_index", self._table, ["route_id", "routed_user_id", "id"])
        return super().init()

    @api.model
    def message_new(self, msg, custom_values=None):
        """Mail that a mail server pushes in has a channel, too; helpdesk_mgmt knows only what Odoo fetches."""
        channel = self._get_default_email_channel()
        defaults = {"channel_id": channel.id} if channel else {}
        return super().message_new(msg, custom_values={**defaults, **(custom_values or {})})

    @api.model_create_multi
    def create(self, vals_list):
        # Asked before, because helpdesk_mgmt fills in the category's team, over which a route wins.
        usual = self.default_get(["team_id"]).get("team_id")
        chosen = [vals.get("team_id", usual) for vals in vals_list]
        tickets = super().create(vals_list)
        # Untracked: that it has been routed is no change that anybody has to hear of.
        for ticket, team in zip(tickets.sudo().with_context(mail_notrack=True), chosen):
            ticket._route(ticket.env["helpdesk.ticket.team"].browse(team))
        return tickets

    def action_route_again(self):
        """As if it had come in now, as it is now."""
        self.check_access_rights("write")
        self.check_access_rule("write")
        for ticket in self.sudo():
            if ticket.closed:
                raise UserError(_("%s is closed. Open it again first.", ticket.display_name))
            ticket.user_id = False
            ticket._route(ticket.env["helpdesk.ticket.team"])

    def _route(self, team):
        """Team, person, priority and deadline by the first route that fits; what was chosen by hand stays."""
        self.ensure_one()
        route = self.env["retail.ticket.route"]._first_for(self, team)
        team = team or route.team_id or self.team_id
        values = {"route_id": route.id, "team_id": team.id, "deadline": route._deadline(fields.Datetime.now())}
        if (route.raise_to or "0") > (self.priority or "0"):
            values["priority"] = route.raise_to
        person = route._person(team, self.company_id) if route and not self.user_id else None
        if person:
            values.update(user_id=person.id, routed_user_id=person.id)
        self.write(values)
