"""Runs in `odoo-tenant shell` after addons were installed; what it finds is in /tenant/facts for the tests.

For each addon `<name>.pot`, all that it says to people; and `demo.json`, what its demonstration data made, or why
it could not be loaded. Nothing of it stays in the database.
"""

import io
import json
import os
import traceback
from pathlib import Path

import odoo

FACTS = Path("/tenant/facts")
NAMES = os.environ["ADDONS"].split(",")


def in_order(names):
    """Dependencies first."""
    ordered = []

    def visit(name):
        if name in names and name not in ordered:
            for each in env["ir.module.module"].search([("name", "=", name)]).dependencies_id:
                visit(each.name)
            ordered.append(name)

    for name in names:
        visit(name)
    return ordered


def texts(name):
    content = io.BytesIO()
    odoo.tools.trans_export(False, [name], content, "po", env.cr)
    (FACTS / f"{name}.pot").write_bytes(content.getvalue())


def load_demo(name):
    """How many records with an external id it makes, or the traceback."""
    made = [("module", "=", name)]
    before = env["ir.model.data"].search_count(made)
    try:
        with env.cr.savepoint():
            for file in odoo.modules.module.load_information_from_description_file(name)["demo"]:
                odoo.tools.convert_file(env.cr, name, file, {}, "init", True, "demo")
            env["base"].flush()
    except Exception:  # noqa: BLE001 the reader of the test gets it, whatever it is
        return traceback.format_exc()
    return env["ir.model.data"].search_count(made) - before


FACTS.mkdir()
for each in NAMES:
    texts(each)
# As while an installation loads data, when guards rest.
env.registry.ready = False
found = {each: load_demo(each) for each in in_order(NAMES)}
(FACTS / "demo.json").write_text(json.dumps(found))
env.cr.rollback()
