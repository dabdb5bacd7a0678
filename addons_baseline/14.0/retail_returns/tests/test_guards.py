from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.tests import tagged

from .common import ShopMixin

NOT_ARCHIVED = "it cannot be archived"
POSTED = "core makes no entry that is posted from the start"
NO_MAIL = "the model has no alias, so a mail makes none of them"


def authorised(case):
    document = case.make(2, user=case.manager)
    document.action_approval_submit()
    return document


def inspected(case, document):
    case.receive(document)
    document.with_user(case.inspector).line_ids.write({"condition": "sellable"})
    document.with_user(case.inspector).action_inspected()


def posted_on_a_return(case, note):
    note.return_id = case.released()
    note.action_post()


@tagged("post_install", "-at_install")
class TestGuards(ShopMixin, GuardTable):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_shop()

    guards = (
        Guard(
            name="released_by_hand",
            model="retail.return",
            values={"state": "released"},
            record=authorised,
            create=lambda case: {"partner_id": case.customer.id, "warehouse_id": case.warehouse.id},
            user=lambda case: case.manager,
            proper=inspected,
            buttons=("action_inspected", "action_approval_submit", "action_approval_approve"),
            ways={
                "pos": "a till reads no returns; retail_returns_pos makes its own",
                "website": "a visitor has no rights on returns",
                "mail_gateway": NO_MAIL,
                "archived": NOT_ARCHIVED,
            },
            refused_anyway={"other_company": "the record rules of companies close it"},
        ),
        Guard(
            name="approved_amount",
            model="retail.return",
            values={"approved_amount": 80.0},
            record=lambda case: case.make(2, user=case.manager),
            create=lambda case: {"partner_id": case.customer.id, "warehouse_id": case.warehouse.id},
            user=lambda case: case.manager,
            proper=lambda case, document: document.action_approval_submit(),
            buttons=("action_approval_approve", "action_inspected"),
            ways={
                "pos": "a till reads no returns; retail_returns_pos makes its own",
                "website": "a visitor has no rights on returns",
                "mail_gateway": NO_MAIL,
                "archived": NOT_ARCHIVED,
            },
            refused_anyway={"other_company": "the record rules of companies close it"},
        ),
        Guard(
            name="refund_posted",
            model="account.move",
            values={"state": "posted"},
            record=lambda case: case.credit_note(40),
            create=lambda case: {"move_type": "out_refund", "partner_id": case.customer.id},
            user=lambda case: case.manager,
            proper=posted_on_a_return,
            buttons=("action_post",),
            ways={
                "pos": "an invoice of a till's order belongs to retail_returns_pos",
                "website": "a visitor makes no credit notes",
                "mail_gateway": "journals with an alias take vendors' bills, never credit notes for customers",
                "archived": NOT_ARCHIVED,
            },
            refused_anyway={
                "other_company": "the record rules of companies close it",
                "create": POSTED,
                "import": POSTED,
            },
        ),
    )
