from odoo import fields
from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.tests import tagged

from .common import PurchaseCase

WAYS = {
    "pos": "a till knows no purchase orders",
    "website": "a vendor's own page changes days of arrival and confirms receipt, nothing else",
    "mail_gateway": "no alias makes or changes purchase orders",
    "archived": "orders and their lines cannot be archived",
}
BUTTONS = (
    "button_confirm",
    "button_approve",
    "button_done",
    "button_unlock",
    "button_draft",
    "action_approval_submit",
    "action_approval_approve",
    "print_quotation",
)


FULL = fields.Datetime.to_datetime("2030-04-01 12:00:00")


def needing_approval(case):
    case.rule()
    return case.order(user=case.manager)


def beyond_budget(case):
    case.budgets.search([]).unlink()
    case.budget(50)
    return case.order(user=case.manager)


def with_more_budget(case, order):
    case.budgets.search([]).amount = 1000
    order.with_user(case.manager).button_confirm()


def order_values(case):
    return {"partner_id": case.vendor.id, "picking_type_id": case.north.in_type_id.id}


def line_of_confirmed(case):
    line = case.confirmed(user=case.manager).order_line
    case.rule(amount_from=500)
    return line


def line_values(case):
    values = case.values()
    del values["taxes_id"], values["price_unit"]
    return {**values, "order_id": case.confirmed(user=case.manager).id}


def without_rule(case, line):
    case.rules.search([]).active = False
    line.with_user(case.manager).price_unit = 500.0


def line_before_a_full_period(case):
    case.budgets.search([]).unlink()
    line = case.confirmed(case.values(arrival="2030-02-28 12:00:00"), user=case.manager).order_line
    case.budget(50)
    return line


def with_room(case, line):
    case.budgets.search([]).amount = 1000
    line.with_user(case.manager).date_planned = FULL


def order_guard(name, values, record=needing_approval, proper=lambda case, order: case.approve(order)):
    return Guard(
        name=name,
        model="purchase.order",
        values=values,
        record=record,
        create=order_values,
        user=lambda case: case.manager,
        proper=proper,
        buttons=BUTTONS,
        ways=WAYS,
        refused_anyway={"other_company": "the record rules of companies close it"},
    )


def approve_and_lock(case, order):
    case.approve(order)
    order.button_done()


@tagged("post_install", "-at_install")
class TestGuards(GuardTable, PurchaseCase):
    guards = (
        order_guard("confirmed_without_approval", {"state": "purchase"}),
        order_guard("locked_without_approval", {"state": "done"}, proper=approve_and_lock),
        order_guard("approved_by_hand", {"approval_state": "approved"}),
        order_guard("confirmed_beyond_budget", {"state": "purchase"}, beyond_budget, with_more_budget),
        Guard(
            name="raised_after_confirmation",
            model="purchase.order.line",
            values={"price_unit": 500.0},
            record=line_of_confirmed,
            create=line_values,
            user=lambda case: case.manager,
            proper=without_rule,
            ways={**WAYS, "button": "lines have no buttons"},
            # It holds against its own process as well.
            off=None,
        ),
        Guard(
            name="moved_into_a_full_period",
            model="purchase.order.line",
            values={"date_planned": FULL},
            record=line_before_a_full_period,
            user=lambda case: case.manager,
            proper=with_room,
            ways={**WAYS, "button": "lines have no buttons", "create": "a new line is growth, the row above"},
            refused_anyway={"other_company": "the record rules of companies close it"},
        ),
    )
