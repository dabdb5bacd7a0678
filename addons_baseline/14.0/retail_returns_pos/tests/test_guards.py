from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.tests import tagged

from .common import TillMixin

WAYS = {
    "website": "a visitor has no rights on orders of tills",
    "mail_gateway": "no alias makes orders",
    "archived": "it cannot be archived",
}


def authorised_and_paid(case, order):
    document, _problem = case.ask(3)
    case.approve(document)
    order.return_asked_id = document
    case.payment(order).check()


def imported(case, order):
    case.env["pos.order"].with_user(case.cashier).load([".id", "state"], [[str(order.id), "paid"]])


@tagged("post_install", "-at_install")
class TestGuards(TillMixin, GuardTable):
    """Nobody pays back without a return, nor says of one that could not be recorded that nothing is missing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_till()

    guards = (
        Guard(
            name="nothing_missing",
            model="pos.order",
            values={"return_missing": False},
            record=lambda case: case.ring_up_without_return(case.refused),
            user=lambda case: case.cashier,
            proper=lambda case, order: case.env["pos.order"]._make_missing_returns(),
            ways={
                "create": "of a new order nothing is missing",
                "import": "an import has no value for nothing, and writes as RPC does",
                "button": "none of an order's buttons writes it",
                "pos": "a till that sends it again changes nothing of an order that is paid",
                **WAYS,
            },
            refused_anyway={"other_company": "the record rules of companies close it"},
        ),
        Guard(
            name="paid_back_without_a_return",
            model="pos.order",
            values={"state": "paid"},
            record=lambda case: case.env["pos.order"].create(case.draft_back()),
            create=lambda case: case.draft_back(),
            user=lambda case: case.cashier,
            proper=authorised_and_paid,
            buttons=("action_pos_order_paid", "refund"),
            ways={
                "import": imported,
                "pos": "what a till has done is recorded, and looked into afterwards",
                **WAYS,
            },
            refused_anyway={"other_company": "the record rules of companies close it"},
        ),
    )
