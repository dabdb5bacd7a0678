"""Run in Odoo's shell, for tests of an import: STEP says what; what it found goes to /tenant/found.json."""

import json
import os
from pathlib import Path

# Who decides, by login. Roles give nobody two of these.
PEOPLE = {
    "boss": "retail_import.group_import_approver",
    "prices": "retail_price_governance.group_price_manager",
}


def prepare():
    """Stores of these codes, and those who approve. Templates have one till's warehouse only."""
    for code in os.environ["STORES"].split():
        env["stock.warehouse"].create({"name": f"Store {code}", "code": code})
    for login, group in PEOPLE.items():
        groups = [(4, env.ref("base.group_user").id), (4, env.ref(group).id)]
        env["res.users"].create({"name": login.capitalize(), "login": login, "groups_id": groups})


def approve():
    """As the person in the shop does it; how many lines there are to do."""
    person = env["res.users"].search([("login", "=", os.environ["LOGIN"])])
    run = env["retail.import.run"].search([("approval_state", "=", "pending")])
    run.ensure_one().with_user(person).action_approval_approve()
    return env["retail.import.line"].search_count([("run_id", "=", run.id), ("outcome", "=", False)])


found = globals()[os.environ["STEP"]]()
env.cr.commit()
Path("/tenant/found.json").write_text(json.dumps(found))
