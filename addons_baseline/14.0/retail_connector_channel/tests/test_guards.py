from odoo.addons.retail_base import guard
from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.tests import tagged

from .common import ChannelCase

OUTSIDE = {
    "pos": "a till sends orders, and never publications or offers",
    "website": "no page writes publications or offers",
    "mail_gateway": "no alias makes or changes them",
    "archived": "has no archive",
}


@tagged("post_install", "-at_install")
class TestGuards(ChannelCase, GuardTable):
    guards = (
        Guard(
            name="published_by_hand",
            model="retail.channel.publication",
            values={"approval_state": "approved"},
            record=lambda case: case.asked(case.product()),
            create=lambda case: {
                "product_tmpl_id": case.product().product_tmpl_id.id,
                "channel_id": case.channel.id,
            },
            user=lambda case: case.steward,
            proper=lambda case, publication: case.approve(publication),
            buttons=(
                "action_approval_submit",
                "action_approval_approve",
                "action_approval_withdraw",
                "action_take_down",
            ),
            ways={**OUTSIDE, "other_company": "it is of all companies, as its product is"},
        ),
        Guard(
            name="offered_by_hand",
            model="retail.channel.offer",
            values={"listed": True},
            record=lambda case: case.env["retail.channel.offer"]._new(case.channel, case.product()),
            create=lambda case: {"channel_id": case.channel.id, "sku": "LAMP"},
            user=lambda case: case.steward,
            proper=lambda case, offer: guard.passing(offer).write({"listed": True}),
            ways={
                **OUTSIDE,
                "button": "offers have no buttons",
                "other_company": "it is of all companies, as its product is",
            },
            refused_anyway=dict.fromkeys(
                (
                    "rpc_write",
                    "import",
                    "create",
                    "context_key",
                    "context_default",
                    "own_default",
                    "multi_record",
                    "server_action",
                ),
                "nobody has the right to write offers",
            ),
        ),
    )
