from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.tests import new_test_user, tagged

from .common import TillCase

BUTTONS = (
    "action_approval_submit",
    "action_approval_approve",
    "action_approval_withdraw",
    "action_take_out_of_sale",
)


def sell_it(case, record):
    """An order with it does not bring it into the till."""
    case.send(case.open_session(), record)


# Filled when the category is there.
ELSEWHERE = {}
NOTHING_OF_PRODUCTS = "what a till sends changes no product"


@tagged("post_install", "-at_install")
class TestGuards(TillCase, GuardTable):
    guards = (
        Guard(
            name="in_the_till_before_approval",
            model="product.template",
            values={"available_in_pos": True},
            record=lambda case: case.draft(),
            create=lambda case: {"name": "Bulb", "categ_id": case.category.id},
            user=lambda case: case.steward,
            proper=lambda case, record: case.approve(record),
            buttons=BUTTONS,
            ways={
                "pos": sell_it,
                "website": "the website has no tills",
                "mail_gateway": "no alias makes or changes products",
            },
            refused_anyway={"pos": NOTHING_OF_PRODUCTS},
        ),
        Guard(
            name="in_the_till_without_being_asked_for",
            model="product.template",
            values={"available_in_pos": True},
            record=lambda case: case.approved(available_in_pos=False),
            user=lambda case: case.steward,
            proper=lambda case, record: (
                case.changed(record, allow_pos=True).with_user(case.approver).action_approval_approve()
            ),
            buttons=BUTTONS,
            ways={
                "create": "a new product is in no till, as above",
                "pos": sell_it,
                "website": "the website has no tills",
                "mail_gateway": "no alias makes or changes products",
            },
            refused_anyway={"pos": NOTHING_OF_PRODUCTS},
        ),
        Guard(
            name="in_another_category_of_the_till",
            model="product.template",
            values=ELSEWHERE,
            record=lambda case: case.approved(),
            user=lambda case: case.steward,
            proper=lambda case, record: (
                case.changed(record, **ELSEWHERE).with_user(case.approver).action_approval_approve()
            ),
            buttons=BUTTONS,
            ways={
                "create": "a new product is not approved, so it may be in any category",
                "pos": sell_it,
                "website": "the website has no tills",
                "mail_gateway": "no alias makes or changes products",
            },
            refused_anyway={"pos": NOTHING_OF_PRODUCTS},
        ),
        Guard(
            name="rung_up_before_approval",
            model="pos.order.line",
            values=lambda case: {"product_id": case.unseen.product_variant_id.id},
            record=lambda case: case.send(case.session, case.approved()).lines,
            create=lambda case: case.line_values(),
            user=lambda case: case.cashier,
            proper=lambda case, record: (
                case.approve(case.unseen),
                record.write({"product_id": case.unseen.product_variant_id.id}),
            ),
            ways={
                "button": "lines have no buttons",
                "pos": lambda case, record: case.send(record.order_id.session_id, case.unseen),
                "website": "the website has no tills",
                "mail_gateway": "no alias makes orders of tills",
                "archived": "it cannot be archived",
            },
            refused_anyway={"other_company": "the record rules of companies close it"},
        ),
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A file names the category, which whoever imports it has to see.
        cls.steward.groups_id += cls.env.ref("point_of_sale.group_pos_user")
        ELSEWHERE["pos_categ_id"] = cls.env["pos.category"].create({"name": "Elsewhere"}).id
        cls.cashier = new_test_user(cls.env, "carl", groups="point_of_sale.group_pos_manager")

    def setUp(self):
        super().setUp()
        self.unseen = self.draft(name="Unseen")
        self.session = self.open_session()
        self.order = self.send(self.session, self.approved())

    def line_values(self):
        """Of a line more in an order that the till has sent."""
        amounts = dict.fromkeys(("price_unit", "price_subtotal", "price_subtotal_incl"), 40.0)
        return {"order_id": self.order.id, "name": "Line", "qty": 1.0, **amounts}
