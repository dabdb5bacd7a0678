"""Runs in `odoo-tenant shell`: the nights of a chain's reordering rules.

The chain is that of /tenant/trade.json, or else one is made of the size that SHAPE says. Writes seconds and counts
as JSON to /tenant/night.json.
"""

import json
import os
import time
from pathlib import Path

exec(Path("/tenant/baseline_shop.py").read_text(), globals())  # noqa: S102 our own, copied there by the test

MADE = Path("/tenant/trade.json")
facts = {}


def timed(name, work):
    began = time.monotonic()
    result = work()
    env.cr.commit()
    facts[f"{name}_seconds"] = round(time.monotonic() - began, 1)
    return result


def night():
    env["retail.replenishment.run"]._cron_recompute()
    # What it did in transactions of its own is seen by a new one only.
    env.cr.commit()
    env.cr.execute("UPDATE retail_replenishment_run SET date = date - interval '1 day'")
    env.cache.invalidate()


def rules():
    return env["stock.warehouse.orderpoint"].search_count([("warehouse_id", "in", shop.warehouses)])


if MADE.exists():
    shop = Shop(**json.loads(MADE.read_text())["shop"])
else:
    shop = build(env, Shape(**json.loads(os.environ["SHAPE"])))
policy = env["retail.replenishment.policy"].create({"name": "Bench", "large_changes": "apply"})
env.cr.commit()

timed("first_night", night)
facts["first_rules"] = rules()

# Every product in every store has a rule, and the next policies change nearly all.
places = env["stock.warehouse"].browse(shop.warehouses)
rule = env["stock.warehouse.orderpoint"].search([("warehouse_id", "in", places.ids)], limit=1)
timed(
    "all_rules",
    lambda: copies(
        env,
        rule,
        len(shop.products) * len(places),
        {
            "name": "'BENCH/' || n",
            "product_id": "pair.product_id",
            "warehouse_id": "(%(warehouses)s)[1 + (n - 1) %% %(many)s]",
            "location_id": "pair.location_id",
            "route_id": "NULL",
        },
        source="JOIN LATERAL (SELECT (%(products)s)[1 + (n - 1) / %(many)s] AS product_id,"
        " (%(places)s)[1 + (n - 1) %% %(many)s] AS location_id) AS pair ON NOT EXISTS ("
        " SELECT 1 FROM stock_warehouse_orderpoint there"
        " WHERE there.product_id = pair.product_id AND there.location_id = pair.location_id)",
        products=shop.products,
        warehouses=places.ids,
        places=places.mapped("lot_stock_id").ids,
        many=len(places),
    ),
)
env.cr.execute("ANALYZE stock_warehouse_orderpoint")
policy.write({"least_qty": 3})
env.cr.commit()
timed("all_change", night)
facts["all_rules"] = rules()
policy.write({"large_changes": "propose", "least_qty": 12})
env.cr.commit()
timed("all_proposed", night)
facts["open"] = env["retail.replenishment.proposal"].search_count([("state", "=", "open")])
timed("quiet", night)
timed("low_stock", env["stock.warehouse"]._cron_low_stock)
facts["low"] = env["stock.warehouse.orderpoint"].search_count([("low_since", "!=", False)])
Path("/tenant/night.json").write_text(json.dumps(facts))
