from odoo.api import call_kw
from odoo.tests import SavepointCase, new_test_user, tagged

from .common import TicketCase

MAIL = """Message-ID: <1@shop.example>
Date: Fri, 06 Mar 2026 12:43:21 +0000
From: Mia Muster <mia@shop.example>
To: help@shop.example
Subject: Where is my parcel?
Content-Type: text/plain; charset=UTF-8

It should have come yesterday.
"""


@tagged("post_install", "-at_install")
class TestWaysIn(TicketCase):
    """A ticket is routed whichever way it comes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mail = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_email")
        cls.parcels = cls.route(keywords="parcel", assign="turn")
        cls.values = {"name": "My parcel", "description": "Where is it?"}

    def test_rpc_by_somebody_who_then_does_not_see_it(self):
        own = new_test_user(self.env, "own", groups="helpdesk_mgmt.group_helpdesk_user_own")
        made = call_kw(
            self.env["helpdesk.ticket"].with_user(own), "create", [{**self.values, "user_id": own.id}], {}
        )
        ticket = self.env["helpdesk.ticket"].browse(made)
        self.assertEqual((ticket.team_id, ticket.user_id), (self.team, own))

    def test_rpc_and_import_of_many(self):
        tickets = self.env["helpdesk.ticket"].with_user(self.lea)
        made = call_kw(tickets, "create", [[self.values, {**self.values, "name": "A question"}]], {})
        first, second = tickets.browse(made)
        self.assertEqual((first.team_id, second.team_id.id), (self.team, False))
        loaded = tickets.load(["name", "description"], [["Parcel", "x"], ["Parcels", "y"]])
        self.assertEqual(tickets.browse(loaded["ids"]).team_id, self.team)

    def process(self, model, mail=MAIL):
        number = self.env["mail.thread"].message_process(model, mail)
        return self.env["helpdesk.ticket"].browse(number)

    def test_mail_that_is_pushed_in(self):
        route = self.route(keywords="parcel", sequence=1, channel_id=self.mail.id)
        ticket = self.process("helpdesk.ticket")
        self.assertEqual((ticket.route_id, ticket.channel_id), (route, self.mail))
        self.assertEqual(ticket.partner_email, "mia@shop.example")

    def test_mail_to_a_team_stays_there(self):
        self.env["ir.config_parameter"].set_param("mail.catchall.domain", "shop.example")
        self.others.write({"alias_name": "parcels-of-a-test"})
        ticket = self.process(None, MAIL.replace("help@", "parcels-of-a-test@"))
        self.assertEqual(ticket.team_id, self.others)

    def test_the_portal_which_is_superuser(self):
        customer = new_test_user(self.env, "customer", groups="base.group_portal")
        ticket = self.env["helpdesk.ticket"].with_user(customer).sudo().create(self.values)
        self.assertEqual(ticket.team_id, self.team)

    def test_a_scheduled_action(self):
        job = self.env["ir.cron"].create(
            {
                "name": "Tickets by night",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "state": "code",
                "code": f"model.create({self.values!r})",
                "interval_type": "days",
            }
        )
        job.method_direct_trigger()
        ticket = self.env["helpdesk.ticket"].search([("name", "=", "My parcel")])
        self.assertEqual(ticket.team_id, self.team)


@tagged("post_install", "-at_install")
class TestWithoutSetUp(SavepointCase):
    def test_what_no_other_route_fits_waits_where_it_is_seen(self):
        self.env["retail.ticket.route"].search([("team_id", "!=", False)]).active = False
        ticket = self.env["helpdesk.ticket"].create({"name": "A question", "description": "Pianos?"})
        self.assertEqual(ticket.route_id, self.env.ref("retail_helpdesk.route_all_others"))
        waiting = self.env.ref("retail_helpdesk.action_without_team")
        domain = [("team_id", "=", False), ("closed", "=", False)]
        self.assertEqual(waiting.domain, str(domain))
        dispatcher = new_test_user(self.env, "tara", groups="retail_helpdesk.group_dispatcher")
        self.assertIn(ticket, ticket.with_user(dispatcher).search(domain))
