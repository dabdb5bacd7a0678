"""A ticket that is not closed in time becomes somebody else's task as well."""

from odoo import _, api, fields, models

ACTIVITY = "retail_helpdesk.activity_overdue"
# Tickets of one run; the rest waits for the next, so that a long backlog is not one long transaction.
AT_ONCE = 500


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"  # pylint: disable=consider-merging-classes-inherited # a subject of its own

    deadline = fields.Datetime("Close until", index=True, copy=False, tracking=True)
    escalated_at = fields.Datetime("Escalated on", readonly=True, copy=False)
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")

    @api.depends("deadline", "stage_id")
    def _compute_overdue(self):
        now = fields.Datetime.now()
        for ticket in self:
            ticket.overdue = bool(ticket.deadline) and ticket.deadline < now and not ticket.closed

    @api.model
    def _search_overdue(self, operator, value):
        closed = self.env["helpdesk.ticket.stage"].with_context(active_test=False).search([("closed", "=", True)])
        overdue = [("deadline", "<", fields.Datetime.now()), ("stage_id", "not in", closed.ids)]
        return overdue if bool(value) == (operator == "=") else ["!", "&", *overdue]

    def write(self, vals):
        result = super().write(vals)
        if {"deadline", "stage_id", "active"} & vals.keys():
            self.sudo().filtered(lambda ticket: ticket.escalated_at and not ticket.overdue)._settle()
        return result

    @api.model
    def _cron_escalate(self):
        late = self.search([("overdue", "=", True), ("escalated_at", "=", False)], order="deadline", limit=AT_ONCE)
        for ticket in late:
            ticket._escalate()

    def _escalate(self):
        text = _("%s should be closed by now. Help, or give it to somebody else.", self.display_name)
        for user in self._superiors():
            self.activity_schedule(ACTIVITY, user_id=user.id, note=text)
        self.escalated_at = fields.Datetime.now()

    def _settle(self):
        """It is closed, or has time again: nobody has to look after it."""
        self.activity_unlink([ACTIVITY])
        self.write({"escalated_at": False})

    def _superiors(self):
        """The team's leader; those who assign tickets, when there is none, or when the ticket is the leader's."""
        leader = self.team_id.user_id.filtered("active")
        if leader and leader != self.user_id:
            return leader
        group = self.env.ref("retail_helpdesk.group_dispatcher")
        return group.users.filtered(lambda user: user.active and self.company_id in user.company_ids)
