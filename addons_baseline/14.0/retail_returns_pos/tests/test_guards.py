from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.tests import tagged

from .common import TillMixin


@tagged("post_install", "-at_install")
class TestGuards(TillMixin, GuardTable):
    """Nobody says of an order whose return could not be recorded that nothing is missing."""

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
                "website": "a visitor has no rights on orders of tills",
                "mail_gateway": "no alias makes orders",
                "archived": "it cannot be archived",
            },
            refused_anyway={"other_company": "the record rules of companies close it"},
        ),
    )
