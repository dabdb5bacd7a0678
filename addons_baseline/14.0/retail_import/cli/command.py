"""`odoo-tenant retailimport`: an import from outside, for the platform.

Input: a line of JSON, {"size": bytes that follow, "dryRun": …, "withoutRefused": …, "login": "" or whose,
"onBehalfOf": …}, then a zip archive of the files. Output: one JSON object a line. {"event": "progress", "phase":
"check" or "apply", "done": …, "of": …}; {"event": "line", …} for each line of the files; at last {"event": "end",
"state": "checked", "refused", "waiting", "rejected", "applying" or "done", …}, or {"event": "end", "error": a
sentence}.
"""

import io
import json
import sys
import zipfile

import odoo
from odoo import SUPERUSER_ID, api
from odoo.cli import Command
from odoo.exceptions import UserError
from odoo.tools import config

ADMINISTRATOR = "base.user_admin"
IMPORTERS = "retail_import.group_importer"
RUN = "retail.import.run"


class NotPossible(Exception):
    """One sentence for whoever runs the platform, in English like all that it says."""


class RetailImport(Command):
    """Check and apply an import of CSV files; for the platform"""

    def run(self, args):
        config.parse_config([*args, "--no-http"])
        order = json.loads(sys.stdin.buffer.readline())
        with zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read(order["size"]))) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        with api.Environment.manage(), odoo.registry(config["db_name"]).cursor() as cursor:
            try:
                say(event="end", **serve(api.Environment(cursor, SUPERUSER_ID, {}), order, files))
            except (UserError, NotPossible) as error:
                cursor.rollback()
                say(event="end", error=str(error.args[0]))


def say(**facts):
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def serve(env, order, files):
    """What came of it, after its report has been told."""
    if RUN not in env:
        return {"error": "The addon retail_import is not installed in this shop. Install it there, under Apps."}
    runs = _runs_of(env, order["login"])
    run = runs.browse() if order["dryRun"] else _unfinished(runs, files, order)
    run = run or _begin(runs, order, files)
    if run.state == "applying":
        run._apply(tell=_teller("apply"))
    for line in run._report():
        say(event="line", **line)
    end = _end(run)
    if order["dryRun"]:
        env.cr.rollback()
    else:
        env.cr.commit()
    return end


def _runs_of(env, login):
    """Imports as this person sees them. Raises NotPossible."""
    user = env["res.users"].search([("login", "=", login)]) if login else env.ref(ADMINISTRATOR)
    if not user:
        raise NotPossible(
            f"There is nobody with the login {login} in this shop. Name somebody who is: --as LOGIN."
        )
    if not user.has_group(IMPORTERS):
        raise NotPossible(
            f"{user.login} is not in the group Runs imports. Add the group in the shop, at the user, or name"
            " somebody who has it: --as LOGIN."
        )
    return env(user=user.id, context=dict(user.context_get()))[RUN].with_company(user.company_id)


def _unfinished(runs, files, order):
    """An import of the same files that waits or was interrupted; empty when there is none."""
    latest = runs._latest(runs._digest(files))
    waits = latest.approval_state == "pending" and latest.without_refused == order["withoutRefused"]
    return latest if waits or latest.state == "applying" else runs.browse()


def _begin(runs, order, files):
    run = runs._check(files, order["withoutRefused"], order["onBehalfOf"], _teller("check"))
    if not order["dryRun"] and run.state == "checked" and not run._approval_problems():
        run.action_approval_submit()
    return run


def _end(run):
    counts = run._counts("outcome")
    state = {"pending": "waiting"}.get(run.approval_state, run.state)
    verdicts = run._counts("verdict")
    return {
        "state": "refused" if state == "checked" and run._approval_problems() else state,
        "run": run.name,
        "summary": run.summary,
        "refused": verdicts.get("refused", 0),
        "failed": counts.get("refused", 0) - verdicts.get("refused", 0),
        "waitsFor": run.group_ids.sudo().mapped("display_name"),
        "requester": run.user_id.sudo().login,
    }


def _teller(phase):
    return lambda done, of: say(event="progress", phase=phase, done=done, of=of)
