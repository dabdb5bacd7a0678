from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import new_test_user, tagged

from ..models import helpdesk_ticket_overdue
from .common import TicketCase

LATE = fields.Datetime.now() - timedelta(hours=1)
SOON = fields.Datetime.now() + timedelta(hours=1)


@tagged("post_install", "-at_install")
class TestOverdue(TicketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = cls.env.ref("retail_helpdesk.group_dispatcher")
        group.users = [(5,)]
        cls.tara = new_test_user(cls.env, "tara", groups="retail_helpdesk.group_dispatcher")
        cls.kind = cls.env.ref("retail_helpdesk.activity_overdue")
        cls.done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.env["helpdesk.ticket"].search([]).write({"deadline": False})

    def late(self, **values):
        ticket = self.ticket(**{"team_id": self.team.id, **values})
        ticket.deadline = LATE
        return ticket

    def called(self, ticket):
        """Who has been called for it, as often as it was done."""
        self.env["helpdesk.ticket"]._cron_escalate()
        return ticket.activity_ids.filtered(lambda each: each.activity_type_id == self.kind).mapped(
            "user_id.login"
        )

    def test_the_leader_is_called_once(self):
        ticket = self.late()
        self.assertTrue(ticket.overdue)
        self.assertEqual(self.called(ticket), ["lea"])
        self.assertEqual(self.called(ticket), ["lea"])
        self.assertTrue(ticket.escalated_at)

    def test_who_assigns_tickets_is_called_when_there_is_no_leader_to_call(self):
        for values in ({"team_id": False}, {"team_id": self.others.id}, {"user_id": self.lea.id}):
            with self.subTest(values=values):
                self.assertEqual(self.called(self.late(**values)), ["tara"])

    def test_not_before_its_time_and_not_when_it_is_closed(self):
        early = self.ticket(team_id=self.team.id)
        closed = self.late()
        closed.stage_id = self.done
        self.assertEqual(self.called(early | closed), [])
        self.assertFalse((early | closed).filtered("overdue"))
        self.assertNotIn(closed, closed.search([("overdue", "=", True)]))
        self.assertIn(early, early.search([("overdue", "=", False)]))
        self.assertIn(early, early.search([("overdue", "!=", True)]))

    def test_it_goes_when_the_ticket_is_closed_and_comes_back_with_it(self):
        ticket = self.late()
        self.called(ticket)
        stage = ticket.stage_id
        ticket.with_user(self.tara).stage_id = self.done
        self.assertFalse(ticket.activity_ids)
        ticket.stage_id = stage
        self.assertEqual(self.called(ticket), ["lea"])

    def test_it_goes_when_the_ticket_has_more_time(self):
        ticket = self.late()
        self.called(ticket)
        ticket.with_user(self.tara).deadline = SOON
        self.assertEqual(self.called(ticket), [])
        ticket.deadline = LATE
        self.assertEqual(self.called(ticket), ["lea"])

    def test_a_long_backlog_is_worked_off_in_pieces_the_oldest_first(self):
        first, second = self.late(), self.late()
        second.deadline = LATE - timedelta(hours=1)
        with patch.object(helpdesk_ticket_overdue, "AT_ONCE", 1):
            self.assertEqual((self.called(second), first.activity_ids.ids), (["lea"], []))
            self.assertEqual(self.called(first), ["lea"])
