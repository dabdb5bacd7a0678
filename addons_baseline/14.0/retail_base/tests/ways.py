"""The table of guards and ways: every way by which a rule could be got around, tried on every guard.

An addon's test names its guards; one test for each cell is made of that. A cell that does not apply needs a reason
in words, a cell without either fails:

    @tagged("post_install", "-at_install")
    class TestGuards(GuardTable):
        guards = (
            Guard(
                name="sellable_before_approval",
                model="product.template",
                values={"sale_ok": True},
                record=lambda case: case.draft_product(),
                create=lambda case: {"name": "Lamp"},
                user=lambda case: case.steward,
                proper=lambda case, record: case.approve(record),
                buttons=("action_publish",),
                ways={
                    "pos": "a till sends orders, never products",
                    "website": lambda case, record: case.publish_on_website(record),
                    "mail_gateway": "no alias makes products",
                },
            ),
        )
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Optional, Union

import psycopg2
from odoo.api import call_kw
from odoo.exceptions import AccessError, UserError
from odoo.tests import SavepointCase
from odoo.tools import mute_logger

from .. import guard as passes

Case = Any
Record = Any
Way = Callable[[Case, Record], Any]

# ValidationError is a UserError; a constraint of the database refuses as well.
REFUSALS = (UserError, AccessError, psycopg2.IntegrityError)
NOISY = (
    "odoo.sql_db",
    "odoo.addons.base.models.ir_model",
    "odoo.addons.base.models.ir_rule",
    "odoo.models.unlink",
)

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


@dataclass(frozen=True)
class Guard:
    """`values` must not come about on `record`, which is one where they are refused, made anew for each cell."""

    name: str
    model: str
    values: Mapping[str, Any]
    record: Callable[[Case], Record]
    user: Callable[[Case], Any]
    """Somebody with all usual rights on the model, to whom the guard still applies."""
    proper: Way
    """The way by which the values do come about: shows that the cells see what they look for."""
    create: Optional[Callable[[Case], Mapping[str, Any]]] = None
    """All other values of a new record; None when `ways` says why nobody creates one."""
    buttons: tuple[str, ...] = ()
    """Public methods without arguments that could bring the values about."""
    ways: Mapping[str, Union[str, Way]] = field(default_factory=dict)
    """A way of this guard's own, or in words why there is none; wins over the general way of that name."""


class GuardTable(SavepointCase):
    """Subclasses say `guards`; each cell becomes a test named test_<guard>__<way>."""

    guards: tuple[Guard, ...] = ()

    def __init_subclass__(cls, **arguments):  # pylint: disable=missing-return # it returns nothing
        super().__init_subclass__(**arguments)
        for each in cls.guards:
            setattr(cls, f"test_{each.name}__the_proper_way", _proper_test(each))
            for way in WAYS:
                if not isinstance(each.ways.get(way), str):
                    setattr(cls, f"test_{each.name}__{way}", _cell_test(each, way))

    def refuses(self, guarded, attempt):
        """Make the attempt as one request would, and look into the database afterwards."""
        record = guarded.record(self)
        self.assertFalse(self._came_about(guarded, record), "the record has the values before the attempt")
        known = self._everything(guarded)
        try:
            with mute_logger(*NOISY), self.cr.savepoint():
                attempt(record)
                self.env["base"].flush()
        except REFUSALS:
            self.env.cache.invalidate()
        self.env.cache.invalidate()
        made = self._everything(guarded) - known
        for each in record | made:
            self.assertFalse(self._came_about(guarded, each), f"{guarded.name}: {each} has {dict(guarded.values)}")

    def _everything(self, guarded):
        return self.env[guarded.model].sudo().with_context(active_test=False).search([])

    def _came_about(self, guarded, record):
        record = record.sudo()
        row = record.read(list(guarded.values), load="_classic_write")[0]
        return all(row[name] == value for name, value in guarded.values.items())


def _proper_test(guarded):
    def test(self):
        record = guarded.record(self)
        guarded.proper(self, record)
        self.env["base"].flush()
        self.env.cache.invalidate()
        self.assertTrue(self._came_about(guarded, record), "the proper way does not lead there either")

    return test


def _cell_test(guarded, way):
    def test(self):
        own = guarded.ways.get(way)
        attempt = own or (WAYS[way] and WAYS[way](guarded))
        if not attempt:
            self.fail(f"{guarded.name}: say in `ways` how somebody could try it by {way}, or why nobody can")
        self.refuses(guarded, lambda record: attempt(self, record))

    return test


def _rpc(case, guarded, method, *args, context=None):
    """As the web client or a script calls it, as the guard's user."""
    model = case.env[guarded.model].with_user(guarded.user(case)).with_context(**(context or {}))
    return call_kw(model, method, list(args), {})


def _rpc_write(guarded):
    return lambda case, record: _rpc(case, guarded, "write", record.ids, dict(guarded.values))


def _multi_record(guarded):
    def attempt(case, record):
        _rpc(case, guarded, "write", (guarded.record(case) | record).ids, dict(guarded.values))

    return attempt


def _create(guarded):
    """Without any onchange, as scripts do."""
    if guarded.create is None:
        return None
    return lambda case, record: _rpc(case, guarded, "create", {**guarded.create(case), **guarded.values})


def _import(guarded):
    """The file import: an existing record by its database id, then a new one."""

    def attempt(case, record):
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
    _rpc(case, guarded, "load", columns, [row])


def _button(guarded):
    if not guarded.buttons:
        return None

    def attempt(case, record):
        for button in guarded.buttons:
            try:
                with case.cr.savepoint():
                    _rpc(case, guarded, button, record.ids)
            except REFUSALS:
                case.env.cache.invalidate()

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
            try:
                with case.cr.savepoint():
                    attempted()
            except REFUSALS:
                case.env.cache.invalidate()

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
        try:
            with case.cr.savepoint():
                _rpc(case, guarded, "write", record.ids, dict(guarded.values))
        except REFUSALS:
            case.env.cache.invalidate()
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
    "multi_record": _multi_record,
    "archived": _archived,
    "other_company": _other_company,
}
