from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import TicketCase

# Seconds; the first page compiles its assets.
PATIENCE = 120


class _People:
    """Whoever asked, somebody else, and a ticket of the first."""

    def make_people(self):
        self.customer, self.stranger = (
            new_test_user(self.env, login, groups="base.group_portal", password=login)
            for login in ("customer-of-a-test", "stranger-of-a-test")
        )
        self.asked = self.env["helpdesk.ticket"].create(
            {"name": "My lamp", "description": "Flickers", "partner_id": self.customer.partner_id.id}
        )
        self.before = self.asked.stage_id
        self.done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.working = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress")


@tagged("post_install", "-at_install")
class TestLink(HttpCase, _People):
    """The address that the page of a ticket has."""

    def setUp(self):
        super().setUp()
        self.make_people()

    def close(self, login, stage=None, ticket=None, more=""):
        self.authenticate(login, login)
        stage, ticket = stage or self.done.id, ticket or self.asked.id
        answer = self.url_open(f"/ticket/close?ticket_id={ticket}&stage_id={stage}{more}", timeout=PATIENCE)
        self.asked.invalidate_cache()
        return answer.status_code

    def test_a_customer_closes_the_own_ticket(self):
        self.assertEqual(self.close("customer-of-a-test"), 200)
        self.assertEqual(self.asked.stage_id, self.done)

    def test_nobody_closes_a_strangers_ticket_by_its_number(self):
        self.assertEqual(self.close("stranger-of-a-test"), 403)
        clerk = new_test_user(self.env, "clerk-of-a-test", groups="base.group_user", password="clerk-of-a-test")
        self.assertEqual(self.close(clerk.login), 403)
        self.assertEqual(self.asked.stage_id, self.before)

    def test_a_customer_only_closes(self):
        self.assertEqual(self.close("customer-of-a-test", self.working.id), 400)
        self.close("customer-of-a-test", more="&team_id=1&name=Mine")
        self.assertEqual((self.asked.name, self.asked.stage_id), ("My lamp", self.done))

    def test_what_is_not_there_is_not_found(self):
        for ticket, stage in ((self.asked.id + 9999, self.done.id), ("x", self.done.id)):
            self.assertEqual(self.close("customer-of-a-test", stage, ticket), 404)


@tagged("post_install", "-at_install")
class TestWhoMayClose(TicketCase, _People):
    def setUp(self):
        super().setUp()
        self.make_people()

    def close_as(self, user, stage=None):
        stage = self.done if stage is None else stage
        self.asked.with_user(user)._close_by(stage.with_user(user))

    def test_whoever_works_on_it(self):
        self.asked.team_id = self.team
        self.close_as(self.anna)
        self.assertEqual(self.asked.stage_id, self.done)

    def test_no_other_team(self):
        self.asked.team_id = self.others
        with self.assertRaises(AccessError):
            self.close_as(self.anna)

    def test_no_follower_who_does_not_work_on_it(self):
        clerk = new_test_user(self.env, "clerk", groups="base.group_user")
        self.asked.message_subscribe(partner_ids=clerk.partner_id.ids)
        with self.assertRaisesRegex(AccessError, "not yours to close"):
            self.close_as(clerk)
        self.asked.partner_id = clerk.partner_id
        self.close_as(clerk)

    def test_a_colleague_of_the_firm_that_asked(self):
        firm = self.env["res.partner"].create({"name": "A firm", "is_company": True})
        (self.customer | self.stranger).partner_id.write({"parent_id": firm.id})
        self.close_as(self.stranger)
        self.assertEqual(self.asked.stage_id, self.done)

    def test_only_with_a_stage_that_closes(self):
        for stage in (self.working, self.working.browse()):
            with self.assertRaisesRegex(UserError, "closes the ticket"):
                self.close_as(self.customer, stage)
