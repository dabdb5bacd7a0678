"""Run in Odoo's shell: nobody writes what only its own process may, by whichever way. Nothing is kept.

For each model on retail.sealed.mixin there is a record that its process has made. The superuser, whom no right
holds, tries to make another one, change it, delete it and copy it, by RPC with all keys and by code in a scheduled
action; and does the same with the guards switched off, where it has to succeed. What was found goes to
/tenant/found.json: rows [model, way, refusal or "", the same without the guards].
"""

import json
import sys
from pathlib import Path
from unittest.mock import patch

import psycopg2
from odoo.addons.retail_base import guard
from odoo.addons.retail_base.tests.ways import CONTEXT_KEYS
from odoo.api import call_kw
from odoo.exceptions import UserError
from odoo.tools import mute_logger

sys.path.insert(0, "/tenant")
from made_records import Maker

NOISY = (
    "odoo.sql_db",
    "odoo.addons.base.models.ir_actions",
    "odoo.models.unlink",
    "odoo.addons.base.models.ir_model",
)


def ways(record, values):
    model = record.browse()
    code = f"env[{record._name!r}].browse({record.ids!r}).with_context(bypass=True)"

    def rpc(method, *args):
        return lambda: call_kw(model, method, list(args), {"context": CONTEXT_KEYS})

    def run(text):
        def attempt():
            kind = env["ir.model"]._get_id(record._name)
            values = {
                "name": "Around it",
                "model_id": kind,
                "state": "code",
                "interval_type": "days",
                "code": text,
            }
            env["ir.cron"].create(values).method_direct_trigger()

        return attempt

    return {
        "create": rpc("create", values),
        "write": rpc("write", record.ids, {}),
        "unlink": rpc("unlink", record.ids),
        "copy": rpc("copy", record.ids[0]),
        "cron writes": run(f"{code}.write({{}})"),
        "cron deletes": run(f"{code}.unlink()"),
    }


def outcome(attempt):
    """Why it was refused; empty when it succeeded. Whatever it did is undone."""
    env["base"].flush()
    env.cr.execute("SAVEPOINT attempt")
    refusal = ""
    try:
        with mute_logger(*NOISY):
            attempt()
            env["base"].flush()
    except (UserError, psycopg2.IntegrityError) as error:
        refusal = str(error) or type(error).__name__
    env.clear()
    env.cr.execute("ROLLBACK TO SAVEPOINT attempt")
    return refusal


lamp = env["product.product"].search([("barcode", "=", "4006381333931")])
# What of ours a record belongs to is made with it.
own = {
    name: set()
    for name in env
    if name.startswith("retail.") and env[name]._auto and not (env[name]._abstract or env[name]._transient)
}
maker = Maker(env, env["stock.warehouse"].search([("code", "=", "SCB")]), lamp, own)
sealed = type(env["retail.sealed.mixin"])
found = []
for name in sorted(name for name in env if isinstance(env[name], sealed) and not env[name]._abstract):
    record = maker.record(name)
    for way, attempt in ways(record, maker.values(name)).items():
        with patch.object(guard, "is_open", lambda _env: True):
            free = outcome(attempt)
        found.append([name, way, outcome(attempt), free])
env.cr.rollback()
Path("/tenant/found.json").write_text(json.dumps(found))
