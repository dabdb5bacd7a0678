from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import TicketCase

utc = fields.Datetime.to_datetime


@tagged("post_install", "-at_install")
class TestRoutes(TicketCase):
    def test_each_condition_has_to_fit(self):
        fitting = {
            "type_id": self.kind.id,
            "channel_id": self.channel.id,
            "category_id": self.category.id,
            "priority": "2",
            "name": "The table is broken",
        }
        conditions = {name: value for name, value in fitting.items() if name != "name"}
        route = self.route(keywords="chair, Tabl", **conditions)
        self.assertEqual(self.ticket(**fitting).route_id, route)
        for name, other in (
            ("type_id", False),
            ("channel_id", False),
            ("category_id", False),
            ("priority", "1"),
            ("name", "The vegetable is broken"),
        ):
            with self.subTest(name=name):
                self.assertFalse(self.ticket(**{**fitting, name: other}).route_id)

    def test_more_urgent_ones_fit_too(self):
        route = self.route(priority="1")
        self.assertEqual(self.ticket(priority="3").route_id, route)

    def test_a_word_may_stand_in_the_text_with_its_markup(self):
        route = self.route(keywords="refund")
        self.assertEqual(self.ticket(description="<p>My <b>Refund</b>?</p>").route_id, route)
        self.assertFalse(self.ticket(description="<p class='refund'>Hello</p>").route_id)

    def test_the_first_route_counts(self):
        self.route(sequence=20)
        first = self.route(sequence=10, team_id=self.others.id)
        self.route(sequence=5, active=False)
        ticket = self.ticket()
        self.assertEqual((ticket.route_id, ticket.team_id), (first, self.others))

    def test_a_route_wins_over_the_category_and_the_category_over_nothing(self):
        self.assertEqual(self.ticket(category_id=self.category.id).team_id, self.others)
        self.route()
        self.assertEqual(self.ticket(category_id=self.category.id).team_id, self.team)

    def test_what_was_chosen_by_hand_stays(self):
        self.route(assign="turn")
        ticket = self.ticket(team_id=self.others.id)
        self.assertEqual((ticket.team_id, ticket.route_id.id), (self.others, False))
        ticket = self.ticket(user_id=self.lea.id)
        self.assertEqual((ticket.team_id, ticket.user_id), (self.team, self.lea))

    def test_a_route_without_a_team_works_within_the_chosen_one(self):
        route = self.route(team_id=False, assign="fewest")
        ticket = self.ticket(team_id=self.team.id)
        self.assertEqual((ticket.route_id, ticket.user_id), (route, self.anna))
        waiting = self.ticket()
        self.assertEqual((waiting.route_id, waiting.team_id.id, waiting.user_id.id), (route, False, False))

    def test_the_team_of_the_board_somebody_works_on_is_chosen_by_hand(self):
        self.route(team_id=self.others.id)
        board = self.env["helpdesk.ticket"].with_context(default_team_id=self.team.id)
        self.assertEqual(board.create({"name": "A question", "description": "Where?"}).team_id, self.team)

    def test_in_turn(self):
        self.route(assign="turn")
        first, second = self.ticket(), self.ticket()
        self.assertEqual(first.user_id | second.user_id, self.anna | self.ben)
        # That somebody else has it now does not change whose turn it is.
        second.user_id = first.user_id
        self.assertEqual(self.ticket().user_id, first.routed_user_id)
        self.assertEqual(self.ticket().user_id, second.routed_user_id)

    def test_whoever_has_fewest_open(self):
        self.route(assign="fewest")
        mine = self.ticket(user_id=self.anna.id)
        self.assertEqual(self.ticket().user_id, self.ben)
        self.ticket(user_id=self.ben.id)
        self.assertEqual(self.ticket().user_id, self.anna)
        (mine | self.ticket(user_id=self.anna.id)).stage_id = self.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_stage_done"
        )
        self.assertEqual(self.ticket().user_id, self.anna)

    def test_always_the_same_person_unless_it_has_left(self):
        self.route(assign="person", user_id=self.lea.id)
        self.assertEqual(self.ticket().user_id, self.lea)
        self.lea.active = False
        ticket = self.ticket()
        self.assertEqual((ticket.team_id, ticket.user_id.id), (self.team, False))

    def test_who_has_left_or_works_elsewhere_gets_nothing(self):
        self.route(assign="turn")
        self.anna.active = False
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.ben.write({"company_ids": [(6, 0, elsewhere.ids)], "company_id": elsewhere.id})
        self.assertFalse(self.ticket().user_id)

    def test_it_may_make_a_ticket_more_urgent_and_never_less(self):
        self.route(raise_to="2")
        self.assertEqual(self.ticket(priority="0").priority, "2")
        self.assertEqual(self.ticket(priority="3").priority, "3")

    def test_each_company_has_its_routes(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.route(company_id=elsewhere.id, team_id=False)
        self.route(team_id=self.make_team("There", company_id=elsewhere.id).id)
        self.assertFalse(self.ticket().route_id)

    @freeze_time("2026-03-06 15:00:00")
    def test_hours_are_counted_day_and_night_or_within_working_hours(self):
        route = self.route(hours=4)
        self.assertEqual(self.ticket().deadline, utc("2026-03-06 19:00:00"))
        hours = [
            (0, 0, {"name": "Open", "dayofweek": day, "hour_from": 9, "hour_to": 17, "day_period": "morning"})
            for day in "01234"
        ]
        route.calendar_id = self.env["resource.calendar"].create(
            {"name": "Office", "tz": "UTC", "attendance_ids": [(5, 0, 0), *hours]}
        )
        # On Friday until five, and two hours on Monday.
        self.assertEqual(self.ticket().deadline, utc("2026-03-09 11:00:00"))

    @freeze_time("2026-03-06 15:00:00")
    def test_without_any_route_it_still_has_a_deadline(self):
        self.assertEqual(self.ticket().deadline, utc("2026-03-07 15:00:00"))

    def test_routed_again_as_it_is_now(self):
        ticket = self.ticket(user_id=self.lea.id)
        self.route(keywords="parcel", assign="turn")
        ticket.name = "My parcel"
        ticket.with_user(self.lea).action_route_again()
        self.assertEqual((ticket.team_id, ticket.user_id), (self.team, self.anna))
        ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        with self.assertRaisesRegex(UserError, "is closed. Open it again first"):
            ticket.action_route_again()

    def test_who_may_not_write_a_ticket_does_not_route_it(self):
        ticket = self.ticket(partner_id=self.policy.partner_id.id)
        with self.assertRaises(AccessError):
            ticket.with_user(self.policy).action_route_again()

    def test_a_person_has_to_be_named(self):
        with self.assertRaisesRegex(ValidationError, "Choose the person who gets the tickets of Parcels"):
            self.route(assign="person")

    def test_policy_decides_about_routes(self):
        route = self.route().with_user(self.policy)
        route.hours = 2
        with self.assertRaises(AccessError):
            route.with_user(self.anna).hours = 3
