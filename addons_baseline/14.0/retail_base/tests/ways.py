"""Every way by which somebody could get around a guard; a row of the table in guard_table.py.

Each takes a guard and answers with an attempt, a function of the test case and a record. None: only the guard
itself can say how that would be done.
"""

import json
from contextlib import contextmanager

import psycopg2
from odoo.api import call_kw
from odoo.exceptions import MissingError, UserError
from odoo.tools import date_utils

from .. import guard as passes

# AccessError and ValidationError are UserErrors; a constraint of the database refuses as well.
REFUSALS = (UserError, psycopg2.IntegrityError)

# Keys that core or other addons treat as "do not check", and attempts at our own.
CONTEXT_KEYS = {
    "install_mode": True,
    "import_file": True,
    "tracking_disable": True,
    "mail_notrack": True,
    "no_validate": True,
    "bypass": True,
    "force": True,
    "active_test": False,
    passes.KEY: True,
}


@contextmanager
def refused_or_not(case):
    """One attempt among several, as a request of its own: what is refused is rolled back, and the next is made."""
    try:
        with case.cr.savepoint():
            yield
            case.env["base"].flush()
    except MissingError:
        # A record that is gone is a mistake of the test, and no refusal.
        raise
    except REFUSALS:
        case.env.cache.invalidate()


def _rpc(case, guarded, method, *args, context=None):
    """As the web client or a script calls it, as the guard's user."""
    model = case.env[guarded.model].with_user(guarded.user(case))
    # As an argument: what the environment has is not a request's, and call_kw drops it.
    return call_kw(model, method, list(args), {"context": context or {}})


def _rpc_write(guarded):
    return lambda case, record: _rpc(case, guarded, "write", record.ids, guarded.values_in(case))


def _multi_record(guarded):
    """The table makes two records for this way."""
    return lambda case, records: _rpc(case, guarded, "write", records.ids, guarded.values_in(case))


def _create(guarded):
    """Without any onchange, as scripts do."""
    if guarded.create is None:
        return None
    return lambda case, record: _rpc(case, guarded, "create", {**guarded.create(case), **guarded.values_in(case)})


def _import(guarded):
    """The file import: an existing record by its database id, then a new one."""

    def attempt(case, record):
        with refused_or_not(case):
            _load(case, guarded, {".id": record.id, **guarded.values_in(case)})
        if guarded.create is not None:
            _load(case, guarded, {**guarded.create(case), **guarded.values_in(case)})

    return attempt


def _load(case, guarded, values):
    columns, row = [], []
    for name, value in values.items():
        field = case.env[guarded.model]._fields.get(name)
        columns.append(f"{name}/.id" if field and field.relational else name)
        row.append(_cell(value))
    messages = _rpc(case, guarded, "load", columns, [row])["messages"]
    if messages:
        raise UserError("\n".join(message["message"] for message in messages))


def _cell(value):
    """As a file says it; of several records their numbers."""
    if isinstance(value, list):
        return ",".join(str(number) for number in added(value))
    return str(int(value)) if isinstance(value, bool) else str(value)


def added(commands):
    """Ids of the records that commands (4, id) and (6, 0, ids) add."""
    return [number for each in commands for number in (each[2] if each[0] == 6 else [each[1]])]


def _button(guarded):
    if not guarded.buttons:
        return None

    def attempt(case, record):
        for button in guarded.buttons:
            with refused_or_not(case):
                _rpc(case, guarded, button, record.ids)

    return attempt


def _code(case, guarded, record):
    return f"env[{guarded.model!r}].browse({record.ids!r}).write({guarded.values_in(case)!r})"


def _server_action(guarded):
    """Made and run by the administrator, also with the context keys and as superuser, which code can do."""

    def attempt(case, record):
        administrator = case.env.ref("base.user_admin")
        keys = {**CONTEXT_KEYS, passes.KEY: "Pass"}
        code = _code(case, guarded, record).replace(".write(", f".sudo().with_context(**{keys!r}).write(")
        action = case.env["ir.actions.server"].create(
            {
                "name": "Around it",
                "model_id": case.env["ir.model"]._get_id(guarded.model),
                "state": "code",
                "code": code,
            }
        )
        action.with_user(administrator).run()

    return attempt


def _cron(guarded):
    """A scheduled action, which is superuser."""

    def attempt(case, record):
        job = case.env["ir.cron"].create(
            {
                "name": "Around it",
                "model_id": case.env["ir.model"]._get_id(guarded.model),
                "state": "code",
                "code": _code(case, guarded, record),
                "interval_type": "days",
                "user_id": case.env.ref("base.user_root").id,
            }
        )
        job.method_direct_trigger()

    return attempt


def _context_key(guarded):
    """Keys that say not to check."""

    def attempt(case, record):
        _rpc(case, guarded, "write", record.ids, guarded.values_in(case), context=CONTEXT_KEYS)

    return attempt


def _context_default(guarded):
    """A new record that gets the values as defaults from the context."""
    if guarded.create is None:
        return None

    def attempt(case, record):
        defaults = {f"default_{name}": value for name, value in guarded.values_in(case).items()}
        _rpc(case, guarded, "create", dict(guarded.create(case)), context=defaults)

    return attempt


def _own_default(guarded):
    """A new record that gets the values as defaults which the user has set for all new ones."""
    if guarded.create is None:
        return None

    def attempt(case, record):
        user = guarded.user(case)
        # As a client sends them: days as text.
        values = json.loads(json.dumps(guarded.values_in(case), default=date_utils.json_default))
        for name, value in values.items():
            case.env["ir.default"].with_user(user).set(guarded.model, name, value, user_id=True)
        _rpc(case, guarded, "create", dict(guarded.create(case)))

    return attempt


def _archived(guarded):
    """Changed while nobody sees it, then brought back."""

    def attempt(case, record):
        case.assertIn("active", record._fields, "say in `ways` that it cannot be archived")
        record.sudo().write({"active": False})
        with refused_or_not(case):
            _rpc(case, guarded, "write", record.ids, guarded.values_in(case))
        record.sudo().write({"active": True})

    return attempt


def _other_company(guarded):
    """The same user at work in another company."""

    def attempt(case, record):
        other = case.env["res.company"].create({"name": "Elsewhere"})
        guarded.user(case).sudo().write({"company_ids": [(4, other.id)]})
        here = {"allowed_company_ids": other.ids}
        _rpc(case, guarded, "write", record.ids, guarded.values_in(case), context=here)

    return attempt


SEVERAL = "multi_record"
WAYS = {
    "rpc_write": _rpc_write,
    "import": _import,
    "create": _create,
    "button": _button,
    "server_action": _server_action,
    "cron": _cron,
    "context_key": _context_key,
    "context_default": _context_default,
    "own_default": _own_default,
    # What a till, a visitor of the website or a mail can bring about is the guard's own to say.
    "pos": None,
    "website": None,
    "mail_gateway": None,
    SEVERAL: _multi_record,
    "archived": _archived,
    "other_company": _other_company,
}

# Where nobody creates a record, and `ways` says why, nobody does so with defaults either.
MAKING = {"context_default": "create", "own_default": "create"}
