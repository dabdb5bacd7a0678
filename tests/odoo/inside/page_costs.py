"""Run in Odoo's shell: what each page of ours costs that people of a store open, with little and much behind it.

A page is a view of a window action, opened as the web client opens it. Each is opened with few records of
everything, with ten times as many, and once more when history is large: 20,000 rows, most of them old, of which it
must not read all. Nothing is kept. What was found goes to /tenant/found.json.
"""

import json
import re
import sys
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import psycopg2
from lxml import etree
from odoo.exceptions import AccessError
from odoo.tools.safe_eval import safe_eval

sys.path.insert(0, "/tenant")
from made_records import Maker

OURS = {path.parent.name for path in Path("/opt/shopfleet/addons").glob("*/__manifest__.py")}
PEOPLE = ("store", "clerk")
FEW, TEN_TIMES, LARGE = 3, 30, 20_000
# Of what the web client shows at once.
LIMIT = 80
# What grows as long as a shop trades, besides our own registers.
HISTORY = (
    "mail.message", "stock.move", "stock.move.line", "stock.picking", "stock.valuation.layer", "sale.order",
    "sale.order.line", "purchase.order.line", "pos.order", "pos.order.line", "pos.payment", "pos.session",
)  # fmt: skip
REGISTERS = (
    "retail.adjustment.entry", "retail.approval.request", "retail.approval.step", "retail.connector.attempt",
    "retail.connector.message", "retail.count.entry", "retail.exception", "retail.import.line", "retail.message",
    "retail.price.change.line", "retail.replenishment.proposal", "retail.return", "retail.return.line",
    "retail.signal.day", "retail.sop.reading", "retail.till.receipt", "retail.till.signal",
)  # fmt: skip


def actions(person):
    """Window actions of ours, and those of core by a menu whose model one of our views extends."""
    own = env["ir.model.data"].search([("model", "=", "ir.actions.act_window"), ("module", "in", list(OURS))])
    views = env["ir.model.data"].search([("model", "=", "ir.ui.view"), ("module", "in", list(OURS))])
    extended = set(env["ir.ui.view"].browse(views.mapped("res_id")).mapped("model"))
    menus = env["ir.ui.menu"].with_user(person).search([]).filtered(lambda menu: menu.action)
    by_menu = [menu.action for menu in menus if menu.action._name == "ir.actions.act_window"]
    found = env["ir.actions.act_window"].browse(own.mapped("res_id")).exists()
    found |= found.union(*[action for action in by_menu if action.res_model in extended])
    for action in found.sudo().sorted("id"):
        model = env.get(action.res_model)
        if model is None or model._transient or (model._abstract and model._auto):
            continue
        if model.with_user(person).check_access_rights("read", raise_exception=False):
            yield action


class Page:
    """One view of an action, for one person."""

    def __init__(self, person, action, mode, view):
        self.person, self.action, self.mode, self.view = person, action, mode, view
        self.name = [action.get_external_id()[action.id] or str(action.id), mode, person.login]

    def open(self):
        """As the web client does: its description, then the data that it shows."""
        names = {"uid": self.person.id, "active_id": 0, "active_ids": [], "context": {}}
        context = _evaluated(self.action.context, names, {})
        # One that is opened from another record asks for that record's.
        domain = _evaluated(self.action.domain, names, []) if "active_id" not in (self.action.domain or "") else []
        model = env[self.action.res_model].with_user(self.person).with_context(context)
        described = model.fields_view_get(self.view, self.mode, toolbar=True)
        arch = etree.fromstring(described["arch"])
        shown = [name for name in described["fields"] if name in model._fields]
        if self.mode in ("tree", "kanban"):
            model.search_read(domain, shown, limit=LIMIT)
        elif self.mode == "form":
            record = model.search(domain, limit=1)
            rows = record.read(shown) if record else []
            self._lines(model, described, rows)
        elif self.mode in ("pivot", "graph"):
            measures = [each.get("name") for each in arch.iter("field") if each.get("type") == "measure"]
            rows = [each.get("name") for each in arch.iter("field") if each.get("type") in ("row", None)][:1]
            stored = [name for name in rows if name in model._fields and model._fields[name].store]
            model.read_group(domain, [name for name in measures if name in model._fields], stored)

    def _lines(self, model, described, rows):
        """The lists within a form, each with as many lines as it shows."""
        for row in rows:
            for name, field in described["fields"].items():
                inner = (field.get("views") or {}).get("tree") or (field.get("views") or {}).get("kanban")
                if inner and row.get(name):
                    model.env[field["relation"]].browse(row[name][:40]).read(list(inner["fields"]))


def _evaluated(text, names, otherwise):
    try:
        return safe_eval(text or repr(otherwise), dict(names))
    except Exception:  # noqa: BLE001 of a record that the page is opened from
        return otherwise


def pages():
    for login in PEOPLE:
        person = env["res.users"].search([("login", "=", login)])
        for action in actions(person):
            for view, mode in action.views:
                if mode in ("tree", "kanban", "form", "pivot", "graph"):
                    yield Page(person, action, mode, view)


@contextmanager
def heard():
    """The queries that are made meanwhile, with their values filled in."""
    queries, execute = [], type(env.cr).execute

    def listening(cr, query, params=None, log_exceptions=None):
        queries.append(cr._obj.mogrify(query, params).decode(errors="replace"))
        return execute(cr, query, params, log_exceptions)

    with patch.object(type(env.cr), "execute", listening):
        yield queries


def may_be_opened(page):
    try:
        opened(page, times=1)
    except AccessError as refusal:
        env.cr.execute("ROLLBACK TO SAVEPOINT page")
        refused.append([*page.name, str(refusal)[:200]])
        return False
    return True


def opened(page, times=2):
    """Its queries; what is remembered between requests is remembered already, and what is read in one is not."""
    for _again in range(times):
        env.cr.execute("SAVEPOINT page")
        env.clear()
        env.cr.cache.clear()
        with heard() as queries:
            page.open()
        env.cr.execute("ROLLBACK TO SAVEPOINT page")
    return queries


def multiply(name, times):
    """So many rows like the last one, each older than the one before; False where its records make it unique."""
    table = env[name]._table
    env.cr.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_name = %s AND column_name != 'id' AND table_schema = 'public'",
        [table],
    )
    kinds = dict(env.cr.fetchall())
    env.cr.execute(
        "SELECT a.attname FROM pg_index i"
        " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)"
        " WHERE i.indrelid = %s::regclass AND i.indisunique AND NOT i.indisprimary",
        [table],
    )
    unique = {column for (column,) in env.cr.fetchall()}
    values = [_older(column, kind, column in unique) for column, kind in kinds.items()]
    columns = ", ".join(f'"{column}"' for column in kinds)
    # Names are the catalogue's.
    last = f'SELECT max(id) FROM "{table}" WHERE {_whole(name)}'  # noqa: S608
    rows = f'SELECT {", ".join(values)} FROM "{table}" row, generate_series(1, %s) n WHERE row.id = ({last})'  # noqa: S608
    env.cr.execute("SAVEPOINT multiplied")
    try:
        env.cr.execute(f'INSERT INTO "{table}" ({columns}) {rows}', [times], log_exceptions=False)
    except psycopg2.IntegrityError:
        env.cr.execute("ROLLBACK TO SAVEPOINT multiplied")
        return False
    return True


def _whole(name):
    return "model IS NOT NULL" if name == "mail.message" else "true"


def _older(column, kind, unique):
    if kind.startswith("timestamp") or kind == "date":
        return f'("row"."{column}" - n * interval \'4 hours\')::{kind}'
    if unique and kind in ("character varying", "text"):
        return f"\"row\".\"{column}\" || '-' || n || '-' || clock_timestamp()"
    return f'"row"."{column}"'


def scanned(queries):
    """Tables of history that a plan reads from one end to the other, with the query."""
    tables = {env[name]._table for name in (*HISTORY, *REGISTERS)}
    for query in queries:
        if not re.match(r"\s*(SELECT|WITH)", query, re.IGNORECASE):
            continue
        env.cr._obj.execute("EXPLAIN (FORMAT TEXT) " + query)
        for (line,) in env.cr._obj.fetchall():
            found = re.search(r"Seq Scan on (\w+)", line)
            if found and found.group(1) in tables:
                yield found.group(1), re.sub(r"\s+", " ", query)[:600]


def prepare():
    """One record of everything in Blois."""
    lamp = env["product.product"].search([("barcode", "=", "4006381333931")])
    telling = {
        name: {field.name for field in env[name]._fields.values() if field.comodel_name in PLACES and field.store}
        for name in env
        if env[name]._auto
        and not env[name]._abstract
        and not env[name]._transient
        and (name.startswith("retail.") or name in HISTORY)
    }
    maker = Maker(env, env["stock.warehouse"].search([("code", "=", "SCB")]), lamp, telling)
    made, missing = [], []
    for name in telling:
        try:
            with env.cr.savepoint():
                maker.record(name)
                env["base"].flush()
        except Exception as problem:  # noqa: BLE001 the test says which
            env.clear()
            missing.append([name, str(problem)[:200]])
        else:
            made.append(name)
    return made, missing


PLACES = ("stock.warehouse", "stock.location", "stock.picking.type", "pos.config", "pos.session")
made, missing = prepare()
alone = [name for name in made if not multiply(name, FEW)]
env.cr.execute("ANALYZE")
refused = []
every = [page for page in pages() if may_be_opened(page)]
few = [len(opened(page)) for page in every]
for name in made:
    multiply(name, TEN_TIMES - FEW)
ten_times = [len(opened(page)) for page in every]
for name in (*HISTORY, *REGISTERS):
    multiply(name, LARGE)
env.cr.execute("ANALYZE")
scans = [list(scanned(opened(page))) for page in every]
rows = [[*page.name, *numbers] for page, *numbers in zip(every, few, ten_times, scans)]  # noqa: B905 Python 3.9
found = {"pages": rows, "missing": missing, "alone": alone, "refused": refused}
env.cr.rollback()
Path("/tenant/found.json").write_text(json.dumps(found))
