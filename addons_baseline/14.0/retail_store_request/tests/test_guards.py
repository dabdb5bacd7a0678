from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.tests import tagged

from .common import RequestCase

WAYS = {
    "pos": "a till knows no stock requests",
    "website": "no page shows stock requests",
    "mail_gateway": "no alias makes or changes stock requests",
    "archived": "stock requests cannot be archived",
}
BUTTONS = (
    "action_confirm",
    "action_done",
    "action_draft",
    "action_approval_submit",
    "action_approval_approve",
)


def accept(case, request):
    request.with_user(case.manager).action_confirm()
    request.with_user(case.supervisor).action_approval_approve()


def ask_anew(case, request):
    request.with_user(case.manager).action_cancel()
    request.with_user(case.manager).action_draft()
    request.with_user(case.manager).write({"product_uom_qty": 90.0})


@tagged("post_install", "-at_install")
class TestGuards(RequestCase, GuardTable):
    guards = (
        Guard(
            name="on_its_way_without_acceptance",
            model="stock.request",
            values={"state": "open"},
            record=lambda case: case.request(5),
            create=lambda case: case.values(5),
            user=lambda case: case.manager,
            proper=accept,
            buttons=BUTTONS,
            ways=WAYS,
            refused_anyway={"other_company": "the record rules of companies close it"},
        ),
        Guard(
            name="accepted_by_hand",
            model="stock.request",
            values={"approval_state": "approved"},
            record=lambda case: case.request(5),
            create=lambda case: case.values(5),
            user=lambda case: case.manager,
            proper=accept,
            buttons=BUTTONS,
            ways=WAYS,
            refused_anyway={"other_company": "the record rules of companies close it"},
        ),
        Guard(
            name="raised_after_acceptance",
            model="stock.request",
            values={"product_uom_qty": 90.0},
            record=lambda case: case.accepted(5),
            user=lambda case: case.manager,
            proper=ask_anew,
            buttons=BUTTONS,
            ways={
                **WAYS,
                "create": "a new one is asked for like any other",
            },
            refused_anyway={"other_company": "the record rules of companies close it"},
        ),
    )
