"""Run in Odoo's shell, in a shop with stores: which count plans a place joins that is opened by the form."""

import json
from pathlib import Path

FOUND = Path("/tenant/found.json")


def plan(name, warehouses):
    return env["retail.count.plan"].create({"name": name, "warehouse_ids": [(6, 0, warehouses.ids)]})


def opened(code, kind):
    env["retail.store.opening"].create({"code": code, "name": code, "kind": kind}).action_open()
    return sorted(each.name for each in plans if code in each.warehouse_ids.mapped("code"))


places = env["stock.warehouse"].search([("company_id", "=", env.company.id)])
stores = places.filtered(lambda each: each.retail_kind == "store")
plans = plan("all", places) | plan("stores", stores) | plan("but one", stores[1:])
found = {"store": opened("NEWS", "store"), "warehouse": opened("NEWW", "warehouse")}
new = env["stock.warehouse"].search([("code", "=", "NEWS")])
plans.write({"warehouse_ids": [(3, new.id)]})
found["taken out by hand"] = opened("NEWS", "store")
FOUND.write_text(json.dumps(found))
# Other tests count the places.
env.cr.rollback()
