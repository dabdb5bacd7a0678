from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.tests import tagged

from .common import DAYS, PolicyCase


def open_proposal(case):
    product = case.product("Vase")
    case.moved(DAYS, product=product)
    case.compute()
    return case.proposals.search([("product_id", "=", product.id)])


def accept(case, proposal):
    proposal.with_user(case.buyer).action_accept()


@tagged("post_install", "-at_install")
class TestGuards(PolicyCase, GuardTable):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policies.create({"name": "Test", "history_days": DAYS})
        cls.administrator = cls.env.ref("base.user_admin")
        # Whoever had all rights on the model would still be held.
        cls.env["ir.model.access"].create(
            {
                "name": "All rights",
                "model_id": cls.env["ir.model"]._get_id("retail.replenishment.proposal"),
                "group_id": cls.env.ref("purchase.group_purchase_user").id,
                "perm_read": True,
                "perm_write": True,
                "perm_create": True,
                "perm_unlink": True,
            }
        )

    guards = (
        Guard(
            name="accepted_by_nobody",
            model="retail.replenishment.proposal",
            values={"state": "accepted"},
            record=open_proposal,
            create=lambda case: {
                "company_id": case.company.id,
                "warehouse_id": case.store.id,
                "product_id": case.lamp.id,
            },
            user=lambda case: case.buyer,
            proper=accept,
            ways={
                "button": "its buttons are the proper way, and ask who presses them: test_who_may_not_decide",
                "pos": "a till knows no proposals",
                "website": "no page shows proposals",
                "mail_gateway": "no alias makes or changes proposals",
                "archived": "proposals cannot be archived",
            },
            refused_anyway={"other_company": "the record rules of companies close it"},
        ),
    )
