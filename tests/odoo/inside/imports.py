"""Run in Odoo's shell, for tests of an import: STEP says what; what it found goes to /tenant/found.json."""

import json
import os
from pathlib import Path

APPROVERS = "retail_import.group_import_approver"


def prepare():
    """Stores of these codes, and somebody who approves. Templates have one till's warehouse only."""
    for code in os.environ["STORES"].split():
        env["stock.warehouse"].create({"name": f"Store {code}", "code": code})
    groups = [(4, env.ref("base.group_user").id), (4, env.ref(APPROVERS).id)]
    return env["res.users"].create({"name": "Boss", "login": "boss", "groups_id": groups}).id


def approve():
    """As the person in the shop does it; how many lines there are to do."""
    boss = env["res.users"].search([("login", "=", "boss")])
    run = env["retail.import.run"].search([("approval_state", "=", "pending")])
    run.ensure_one().with_user(boss).action_approval_approve()
    return env["retail.import.line"].search_count([("run_id", "=", run.id), ("outcome", "=", False)])


found = globals()[os.environ["STEP"]]()
env.cr.commit()
Path("/tenant/found.json").write_text(json.dumps(found))
