"""Run in Odoo's shell: a till with an open session, a product that is approved everywhere, one that is not, and
somebody who approves returns.
"""

import json
from pathlib import Path

from odoo.addons.retail_base import guard

admin = env.ref("base.user_admin")
admin.lang = "en_US"
values = {"type": "product", "list_price": 20.0, "taxes_id": [(5, 0, 0)]}
approved, draft = env["product.template"].create(
    [{**values, "name": "Lamp of the house"}, {**values, "name": "Torch that waits"}]
)
channels = ("sale_ok", "allow_sale", "available_in_pos", "allow_pos", "website_published", "allow_web")
guard.passing(approved.sudo()).write({"approval_state": "approved", **dict.fromkeys(channels, True)})
stock = env["website"].search([], limit=1).warehouse_id or env["stock.warehouse"].search([], limit=1)
env["stock.quant"]._update_available_quantity(approved.product_variant_id, stock.lot_stock_id, 20)

approver = (
    env["res.users"]
    .with_context(no_reset_password=True)
    .create(
        {
            "name": "Rosa Returns",
            "login": "rosa@rua.example",
            "password": "rosa agrees to this",
            "groups_id": [(6, 0, [env.ref("retail_returns.group_return_approver").id])],
        }
    )
)
# Three of the product are above it.
env.ref("retail_returns.policy_default").approve_above = 50.0

card = env["pos.payment.method"].create({"name": "Card", "is_cash_count": False})
till = env["pos.config"].create({"name": "Browser's till", "payment_method_ids": [(6, 0, card.ids)]})
session = env["pos.session"].create({"user_id": admin.id, "config_id": till.id})
env.cr.commit()
Path("/tenant/browser.json").write_text(
    json.dumps(
        {
            "till": till.id,
            "session": session.id,
            "approved": approved.name,
            "draft": draft.name,
            "draft_id": draft.id,
            "approver": approver.login,
            "page": approved.website_url,
            "draft_page": draft.website_url,
        }
    )
)
