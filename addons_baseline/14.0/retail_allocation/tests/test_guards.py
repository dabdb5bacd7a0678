from unittest.mock import patch

from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import AllocationCase


def without_promises(case):
    return patch.object(type(case.env["sale.order"]), "_claim_stock", lambda self, needs: None)


def send(case, record):
    """The quotation's own buttons, which a customer's signature uses as well."""
    record.with_user(case.seller).action_quotation_sent()
    record.with_user(case.seller).action_confirm()


def create_confirmed(case, record):
    values = record.copy_data()[0]
    case.env["sale.order"].with_user(case.seller).create({**values, "state": "sale"})


def create_confirmed_by_default(case, record):
    orders = case.env["sale.order"].with_user(case.seller).with_context(default_state="sale")
    orders.create(record.copy_data()[0])


def restock(case, record):
    case.stock(5)
    record.with_user(case.seller).action_confirm()


def proper_without_channel(case, record):
    """A team that no channel has."""
    case.web.team_ids = False
    record.with_user(case.seller).team_id = False


@tagged("post_install", "-at_install")
class TestGuards(AllocationCase, GuardTable):
    guards = (
        Guard(
            name="sold_beyond_the_promise",
            model="sale.order",
            values={"state": "sale"},
            record=lambda case: case.order(2, user_id=case.seller.id),
            user=lambda case: case.seller,
            proper=restock,
            buttons=("action_confirm", "action_quotation_sent", "action_done"),
            off=without_promises,
            ways={
                "create": create_confirmed,
                "context_default": create_confirmed_by_default,
                "own_default": "a default of one's own arrives as one of the context does",
                "pos": "a till sells what lies on its counter, and is never refused",
                "website": send,
                "mail_gateway": "no alias makes or confirms orders",
                "archived": "an order cannot be archived",
                "other_company": "a rule of core shows orders of one's own companies only",
            },
        ),
        Guard(
            name="team_removed",
            model="sale.order",
            values={"team_id": False},
            record=lambda case: case.order(2, user_id=case.seller.id),
            user=lambda case: case.seller,
            proper=proper_without_channel,
            ways={
                "create": "an order that never had a team is of the channel for those",
                "button": "no button takes the team away",
                "pos": "a till makes no orders of this kind",
                "website": "a visitor chooses no team",
                "mail_gateway": "no alias makes or changes orders",
                "archived": "an order cannot be archived",
                "other_company": "a rule of core shows orders of one's own companies only",
            },
        ),
    )

    def test_an_order_that_never_had_a_team_is_of_the_channel_for_those(self):
        rest = self.env["retail.channel"].search([("without_team", "=", True)])
        self.assertEqual(rest, self.env.ref("retail_allocation.channel_wholesale"))
        order = self.order(1, channel=rest.browse())
        self.assertEqual(order.retail_channel_id, rest)
        with self.assertRaisesRegex(ValidationError, "of one channel"):
            self.web.without_team = True
        rest.without_team = False
        self.web.without_team = True
        order.invalidate_cache()
        with self.assertRaisesRegex(UserError, "can be promised 0"):
            order.action_confirm()

    def test_another_team_is_a_choice(self):
        order = self.order(1, user_id=self.seller.id)
        order.with_user(self.seller).team_id = self.wholesale.team_ids
        self.assertEqual(order.retail_channel_id, self.wholesale)

    def test_a_cancelled_order_is_no_way_around_it(self):
        order = self.order(2)
        order.action_cancel()
        with self.assertRaises(UserError):
            order.write({"state": "sale"})

    def test_holds_are_sealed(self):
        self.stock(5)
        order = self.order(2)
        order._claim_stock(order.order_line._outstanding())
        hold = self.holds._of(order).sudo()
        for attempt in (lambda: hold.write({"quantity": 0}), hold.unlink, hold.copy):
            with self.assertRaises(UserError):
                attempt()

    def test_only_central_policy_decides_about_channels(self):
        for user in (self.seller, new_test_user(self.env, "boss", groups="sales_team.group_sale_manager")):
            for records, values in (
                (self.web, {"only_in_stock": False}),
                (self.reserve(self.web, 10), {"share": 0}),
            ):
                with self.assertRaises(AccessError):
                    records.with_user(user).write(values)
        central = new_test_user(self.env, "central", groups="base.group_user,retail_base.group_policy")
        self.web.with_user(central).write({"safety_qty": 3})

    def test_a_seller_who_knows_nothing_of_channels_confirms(self):
        self.stock(5)
        order = self.order(2, user_id=self.seller.id)
        order.with_user(self.seller).action_confirm()
        self.assertEqual(order.state, "sale")
