"""Which tickets go to which team and person, and until when they have to be closed."""

import re
from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import html2plaintext

# For a ticket that no route fits, because somebody has taken away the one for all others.
WITHOUT_ROUTE = timedelta(hours=24)
PRIORITIES = [("0", "Low"), ("1", "Medium"), ("2", "High"), ("3", "Very High")]


class TicketRoute(models.Model):
    """The first route that fits a ticket counts. A condition that is empty fits every ticket."""

    _name = "retail.ticket.route"
    _description = "Ticket route"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: every company.")

    type_id = fields.Many2one("helpdesk.ticket.type", ondelete="restrict")
    channel_id = fields.Many2one("helpdesk.ticket.channel", ondelete="restrict")
    category_id = fields.Many2one("helpdesk.ticket.category", ondelete="restrict")
    keywords = fields.Char(
        help="Beginnings of words, separated by commas. One of them has to be in the title or the text."
    )
    priority = fields.Selection(PRIORITIES, "Priority from")

    team_id = fields.Many2one(
        "helpdesk.ticket.team",
        ondelete="restrict",
        help="Empty: the ticket waits in the list of tickets without a team, unless it came with one.",
    )
    raise_to = fields.Selection(PRIORITIES, "Raise priority to")
    assign = fields.Selection(
        [
            ("nobody", "Whoever takes it"),
            ("turn", "In turn"),
            ("fewest", "Whoever has fewest open"),
            ("person", "Always the same person"),
        ],
        "Assigned to",
        required=True,
        default="nobody",
    )
    user_id = fields.Many2one("res.users", "Person", domain="[('share', '=', False)]", ondelete="restrict")
    hours = fields.Float("Hours to close it", required=True, default=24.0)
    calendar_id = fields.Many2one(
        "resource.calendar", "Working hours", help="The hours are counted within these. Empty: day and night."
    )

    _sql_constraints = [("hours_positive", "check(hours > 0)", "Give at least some time to close a ticket.")]

    @api.constrains("assign", "user_id")
    def _check_person(self):
        for route in self:
            if route.assign == "person" and not route.user_id:
                raise ValidationError(_("Choose the person who gets the tickets of %s.", route.name))

    # Which tickets.

    @api.model
    def _first_for(self, ticket, team):
        """The route of a ticket, or an empty record; `team` is the one it came with, if any."""
        routes = self.search([("active", "=", True)])
        return next((route for route in routes if route._fits(ticket, team)), self.browse())

    def _fits(self, ticket, team):
        self.ensure_one()
        conditions = (
            (self.company_id, ticket.company_id),
            (self.team_id.company_id, ticket.company_id),
            (self.type_id, ticket.type_id),
            (self.channel_id, ticket.channel_id),
            (self.category_id, ticket.category_id),
            (self.team_id, team or self.team_id),
        )
        return (
            all(not asked or asked == found for asked, found in conditions)
            and (ticket.priority or "0") >= (self.priority or "0")
            and self._is_about(ticket)
        )

    def _is_about(self, ticket):
        words = [word.strip() for word in (self.keywords or "").split(",") if word.strip()]
        text = f"{ticket.name} {html2plaintext(ticket.description or '')}"
        return not words or any(re.search(rf"(?<!\w){re.escape(word)}", text, re.IGNORECASE) for word in words)

    # What happens to them.

    def _deadline(self, now):
        """When a ticket that comes now has to be closed. `now` is UTC, naive."""
        if not self:
            return now + WITHOUT_ROUTE
        planned = self.calendar_id and self.calendar_id.plan_hours(self.hours, now, compute_leaves=True)
        return planned or now + timedelta(hours=self.hours)

    def _person(self, team, company):
        """Who gets the next ticket of this route, or nobody."""
        if self.assign == "person":
            return self.user_id.filtered(lambda user: user.active and company in user.company_ids)
        members = team.user_ids.filtered(lambda user: user.active and company in user.company_ids)
        if not members or self.assign not in ("turn", "fewest"):
            return members.browse()
        rank = self._last_given if self.assign == "turn" else members._count_open_tickets().get
        return min(members, key=lambda user: (rank(user.id, 0), user.id))

    def _last_given(self, user_id, nothing):
        """Number of the last ticket that this route gave to a person.

        Looked up and not counted: a counter would be one row that all tickets write.
        """
        domain = [("route_id", "=", self.id), ("routed_user_id", "=", user_id)]
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        return tickets.search(domain, order="id desc", limit=1).id or nothing


class ResUsers(models.Model):
    _inherit = "res.users"

    def _count_open_tickets(self):
        """Number of open tickets by user id; users who have none are left out."""
        stages = self.env["helpdesk.ticket.stage"].with_context(active_test=False).search([("closed", "=", False)])
        domain = [("stage_id", "in", stages.ids), ("user_id", "in", self.ids)]
        groups = self.env["helpdesk.ticket"].read_group(domain, ["user_id"], ["user_id"])
        return {group["user_id"][0]: group["user_id_count"] for group in groups}
