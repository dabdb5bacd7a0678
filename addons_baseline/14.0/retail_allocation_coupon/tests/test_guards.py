from odoo.addons.retail_base.guard import passing
from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.tests import tagged

from .common import PromotionCase

STARTED = "of another promotion, which a thief would copy"


def bare(case):
    """As a program is created by a script."""
    relations = ("discount_specific_product_ids", "promotion_channel_ids")
    return {name: value for name, value in case.values().items() if name not in relations}


WAYS = {
    "pos": "tills of this series know no promotion programs",
    "website": "no page changes programs; what does not run has no effect there: test_a_code_says_so",
    "mail_gateway": "no alias makes or changes programs",
}


@tagged("post_install", "-at_install")
class TestGuards(PromotionCase, GuardTable):
    guards = (
        Guard(
            name="fingerprint_by_hand",
            model="coupon.program",
            values={"promotion_started_for": STARTED},
            record=lambda case: case.program(),
            create=bare,
            user=lambda case: case.manager,
            # The process itself, which writes its own one: TestStart.
            proper=lambda case, program: passing(program).write({"promotion_started_for": STARTED}),
            ways={**WAYS, "button": "none sets a given fingerprint"},
        ),
        Guard(
            name="approved_by_hand",
            model="coupon.program",
            values={"approval_state": "approved"},
            record=lambda case: case.program(promotion_reason="Newspaper"),
            create=bare,
            user=lambda case: case.manager,
            proper=lambda case, program: (
                program.with_user(case.manager).action_approval_submit(),
                program.with_user(case.second).action_approval_approve(),
            ),
            buttons=("action_approval_submit", "action_approval_approve"),
            ways=WAYS,
        ),
    )
