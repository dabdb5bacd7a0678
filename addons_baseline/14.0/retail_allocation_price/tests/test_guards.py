from odoo.addons.retail_base.guard import passing
from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.tests import tagged

from .common import PromotionCase

STARTED = "of another promotion, which a thief would copy"


@tagged("post_install", "-at_install")
class TestGuards(PromotionCase, GuardTable):
    guards = (
        Guard(
            name="started_by_hand",
            model="retail.price.change",
            values={"promotion_started_for": STARTED},
            record=lambda case: case.lowered(case.product(100)),
            create=lambda case: {"name": "By hand"},
            user=lambda case: case.editor,
            # The process itself, which writes its own one: test_promotions.
            proper=lambda case, change: passing(change).write({"promotion_started_for": STARTED}),
            ways={
                "pos": "a till sends orders, and never a price change",
                "website": "no page makes price changes",
                "mail_gateway": "no alias makes price changes",
                "archived": "has no archive",
                "button": "none sets a given fingerprint",
            },
            refused_anyway={"other_company": "the record rule of price changes"},
        ),
        Guard(
            name="lower_prices_are_said_to_be_none",
            model="retail.price.change.item",
            values={"lowers": False},
            record=lambda case: case.approve(case.lowered(case.product(100))).item_ids,
            user=lambda case: case.editor,
            proper=lambda case, item: passing(item).write({"lowers": False}),
            ways={
                "pos": "a till sends orders, and never a price change",
                "website": "no page makes price changes",
                "mail_gateway": "no alias makes price changes",
                "archived": "has no archive",
                "create": "a new line is judged when it is submitted",
                "button": "lines have no buttons",
            },
            refused_anyway={"other_company": "the record rule of changed pricelist rules"},
        ),
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # So that nothing but the guard is in the administrator's way.
        cls.env.ref("base.user_admin").groups_id += cls.env.ref("retail_price_governance.group_price_editor")
