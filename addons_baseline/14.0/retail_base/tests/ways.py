"""Every way by which somebody could get around a guard; a row of the table in guard_table.py.

Each takes a guard and answers with an attempt, a function of the test case and a record. None: only the guard
itself can say how that would be done.
"""

from contextlib import contextmanager

import psycopg2
from odoo.api import call_kw
from odoo.exceptions import MissingError, UserError

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
    model = case.env[guarded.model].with_user(guarded.user(case)).with_context(**(context or {}))
    return call_kw(model, method, list(args), {})


def _rpc_write(guarded):
    return lambda case, record: _rpc(case, guarded, "write", record.ids, dict(guarded.values))


def _multi_record(guarded):
    """The table makes two records for this way."""
    return lambda case, records: _rpc(case, guarded, "write", records.ids, dict(guarded.values))


def _create(guarded):
    """Without any onchange, as scripts do."""
    if guarded.create is None:
        return None
    return lambda case, record: _rpc(case, guarded, "create", {**guarded.create(case), **guarded.values})


def _import(guarded):
    """The file import: an existing record by its database id, then a new one."""

    def attempt(case, record):
        with refused_or_not(case):
            _load(case, guarded, {".id": record.id, **guarded.values})
        if guarded.create is not None:
            _load(case, guarded, {**guarded.create(case), **guarded.values})

    return attempt


def _load(case, guarded, values):
    columns, row = [], []
    for name, value in values.items():
        many2one = name in case.env[guarded.model]._fields and case.env[guarded.model]._fields[name].relational
        columns.append(f"{name}/.id" if many2one else name)
        row.append(str(int(value)) if isinstance(value, bool) else str(value))
    messages = _rpc(case, guarded, "load", columns, [row])["messages"]
    if messages:
        raise UserError("\n".join(message["message"] for message in messages))


def _button(guarded):
    if not guarded.buttons:
        return None

    def attempt(case, record):
        for button in guarded.buttons:
            with refused_or_not(case):
                _rpc(case, guarded, button, record.ids)

    return attempt


def _code(guarded, record):
    return f"env[{guarded.model!r}].browse({record.ids!r}).write({dict(guarded.values)!r})"


def _server_action(guarded):
    """Made and run by the administrator, also with the context keys and as superuser, which code can do."""

    def attempt(case, record):
        administrator = case.env.ref("base.user_admin")
        keys = {**CONTEXT_KEYS, passes.KEY: "Pass"}
        code = _code(guarded, record).replace(".write(", f".sudo().with_context(**{keys!r}).write(")
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
                "code": _code(guarded, record),
                "interval_type": "days",
                "user_id": case.env.ref("base.user_root").id,
            }
        )
        job.method_direct_trigger()

    return attempt


def _context_key(guarded):
    """Keys for a write; defaults, from the context and from the user's own settings, for a new record."""

    def attempt(case, record):
        defaults = {f"default_{name}": value for name, value in guarded.values.items()}
        for attempted in (
            lambda: _rpc(case, guarded, "write", record.ids, dict(guarded.values), context=CONTEXT_KEYS),
            lambda: guarded.create and _rpc(case, guarded, "create", dict(guarded.create(case)), context=defaults),
            lambda: guarded.create and _with_own_defaults(case, guarded),
        ):
            with refused_or_not(case):
                attempted()

    return attempt


def _with_own_defaults(case, guarded):
    user = guarded.user(case)
    for name, value in guarded.values.items():
        case.env["ir.default"].with_user(user).set(guarded.model, name, value, user_id=True)
    _rpc(case, guarded, "create", dict(guarded.create(case)))


def _archived(guarded):
    """Changed while nobody sees it, then brought back."""

    def attempt(case, record):
        case.assertIn("active", record._fields, "say in `ways` that it cannot be archived")
        record.sudo().write({"active": False})
        with refused_or_not(case):
            _rpc(case, guarded, "write", record.ids, dict(guarded.values))
        record.sudo().write({"active": True})

    return attempt


def _other_company(guarded):
    """The same user at work in another company."""

    def attempt(case, record):
        other = case.env["res.company"].create({"name": "Elsewhere"})
        guarded.user(case).sudo().write({"company_ids": [(4, other.id)]})
        here = {"allowed_company_ids": other.ids}
        _rpc(case, guarded, "write", record.ids, dict(guarded.values), context=here)

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
    # What a till, a visitor of the website or a mail can bring about is the guard's own to say.
    "pos": None,
    "website": None,
    "mail_gateway": None,
    SEVERAL: _multi_record,
    "archived": _archived,
    "other_company": _other_company,
}
