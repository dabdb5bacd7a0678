"""Runs in `odoo-tenant shell` on a generated shop: a till with an open session, and products in till and web shop.

What a client of them needs to know goes to /tenant/trade.json.
"""

import json
from pathlib import Path

exec(Path("/tenant/baseline_shop.py").read_text())  # noqa: S102 our own generator: build and Shape

SOLD = 60

shop = build(env, Shape())
sold = env["product.product"].browse(shop.products[:SOLD])
sold.mapped("product_tmpl_id").write(
    {"available_in_pos": True, "website_published": True, "inventory_availability": "always"}
)
central = env["stock.warehouse"].browse(shop.warehouses[0])
env["website"].search([]).write({"warehouse_id": central.id})

card = env["pos.payment.method"].create({"name": "Bench card", "is_cash_count": False})
till = env["pos.config"].create({"name": "Bench till", "payment_method_ids": [(6, 0, card.ids)]})
session = env["pos.session"].create({"user_id": env.ref("base.user_admin").id, "config_id": till.id})
env.cr.commit()
Path("/tenant/trade.json").write_text(
    json.dumps(
        {
            "session": session.id,
            "card": card.id,
            "pricelist": till.pricelist_id.id,
            "user": session.user_id.id,
            "products": sold.ids,
            "pages": sold.mapped("website_url"),
            "shop": {"warehouses": shop.warehouses, "products": shop.products},
        }
    )
)
