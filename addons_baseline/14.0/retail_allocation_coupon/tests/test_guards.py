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

OVERRIDE_WAYS = {"archived": "it cannot be archived", "mail_gateway": "no alias makes or changes such starts"}
COMPANIES = "the record rule: own companies"


def another(case):
    """As one is asked for by a script."""
    return {"res_model": "coupon.program", "res_id": case.program().id, "reason": "Newspaper"}


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
            model="retail.promotion.override",
            values={"approval_state": "approved"},
            record=lambda case: case.asked(case.program()),
            create=another,
            user=lambda case: case.manager,
            proper=lambda case, override: (
                override.action_approval_submit(),
                override.with_user(case.second).action_approval_approve(),
            ),
            buttons=("action_approval_submit", "action_approval_approve", "action_approval_withdraw"),
            ways={**WAYS, **OVERRIDE_WAYS},
            refused_anyway={"other_company": COMPANIES},
        ),
        Guard(
            name="another_reason_than_was_submitted",
            model="retail.promotion.override",
            values={"reason": "Whatever"},
            record=lambda case: case.submitted(case.program()),
            user=lambda case: case.manager,
            proper=lambda case, override: (
                override.action_approval_withdraw(),
                override.write({"reason": "Whatever"}),
            ),
            ways={
                **WAYS,
                **OVERRIDE_WAYS,
                "create": "a new one was not submitted",
                "button": "none writes a reason",
            },
            refused_anyway={"other_company": COMPANIES},
        ),
        Guard(
            name="another_promotion_than_was_submitted",
            model="retail.promotion.override",
            values={"promotion_name": "Another one"},
            record=lambda case: case.submitted(case.program()),
            user=lambda case: case.manager,
            proper=lambda case, override: (
                override.action_approval_withdraw(),
                override.write({"res_id": case.program(name="Another one").id}),
            ),
            ways={
                **WAYS,
                **OVERRIDE_WAYS,
                "create": "a new one was not submitted",
                "button": "none writes of which promotion it is",
            },
            refused_anyway={"other_company": COMPANIES},
        ),
    )
