"""Run in Odoo's shell, for tests of an import: STEP says what; what it found goes to /tenant/found.json."""

import json
import os
from collections import Counter
from pathlib import Path

from odoo import fields
from odoo.addons.retail_replenishment.models.demand import CHOSEN


def prepare():
    """Somebody who approves, in a shop whose people nobody has described."""
    groups = [(4, env.ref(group).id) for group in ("base.group_user", "retail_import.group_import_approver")]
    env["res.users"].create({"name": "Boss", "login": "boss", "groups_id": groups})


def approve():
    """As the person in the shop does it; how many lines there are to do."""
    person = env["res.users"].search([("login", "=", os.environ["LOGIN"])])
    run = env["retail.import.run"].search([("approval_state", "=", "pending")])
    run.ensure_one().with_user(person).action_approval_approve()
    return env["retail.import.line"].search_count([("run_id", "=", run.id), ("outcome", "=", False)])


def policies():
    """How many of the example's goods each replenishment policy counts for in STORE on DAY."""
    store = env["stock.warehouse"].search([("code", "=", os.environ["STORE"])])
    counting = env["retail.replenishment.policy"]._of_warehouse(store, fields.Date.to_date(os.environ["DAY"]))
    env.cr.execute(CHOSEN, {"policies": counting.ids})
    of_category = {row[0]: env["retail.replenishment.policy"].browse(row[1]).name for row in env.cr.fetchall()}
    goods = env["product.product"].search([("default_code", "like", "NL-"), ("type", "=", "product")])
    return Counter(of_category[product.categ_id.id] for product in goods)


found = globals()[os.environ["STEP"]]()
env.cr.commit()
Path("/tenant/found.json").write_text(json.dumps(found))
