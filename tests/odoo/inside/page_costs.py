"""Run in Odoo's shell: what each page of ours costs that people of a store open, with little and much behind it.

Each is opened with few records of everything, with ten times as many, and once more when history is large: 20,000
rows, most of them old, of which it must not read all. Nothing is kept. What was found goes to /tenant/found.json.
"""

import json
import re
import sys
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import AccessError

sys.path.insert(0, "/tenant")
from grown_history import AROUND, History
from made_records import BROUGHT, Maker
from opened_pages import pages

OURS = {path.parent.name for path in Path("/opt/shopfleet/addons").glob("*/__manifest__.py")}
PEOPLE = ("store", "clerk")
FEW, TEN_TIMES, LARGE = 3, 30, 20_000
# What says where a record belongs.
PLACES = ("stock.warehouse", "stock.location", "stock.picking.type", "pos.config", "pos.session")
# What grows as long as a shop trades, what others point at first.
GROWING = (
    "mail.message", "document.page.history", "pos.session", "pos.order", "pos.order.line", "pos.payment",
    "sale.order", "sale.order.line", "purchase.order", "purchase.order.line", "stock.inventory",
    "stock.picking", "stock.move", "stock.move.line", "stock.valuation.layer", "retail.adjustment.entry",
    "retail.approval.request", "retail.approval.step", "retail.connector.message", "retail.connector.attempt",
    "retail.count.entry", "retail.exception", "retail.import.line", "retail.message", "retail.price.change",
    "retail.product.change", "retail.product.change.line", "retail.price.change.line",
    "retail.replenishment.proposal", "retail.return", "retail.return.line", "retail.signal.day",
    "retail.sop.reading", "retail.till.receipt", "retail.till.signal",
)  # fmt: skip


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


def read_whole(queries):
    """Tables of history of which a query reads half or more, or from the beginning on, with the query."""
    tables = {env[name]._table for name in GROWING}
    for query in queries:
        if not re.match(r"\s*(SELECT|WITH)", query, re.IGNORECASE):
            continue
        env.cr._obj.execute("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + query)
        for node in nodes(env.cr._obj.fetchone()[0][0]["Plan"]):
            table = node.get("Relation Name")
            if table in tables and (node["Node Type"] == "Seq Scan" or rows_of(node) > LARGE / 2):
                yield table, f"{node['Node Type']} {rows_of(node)}: " + re.sub(r"\s+", " ", query)[:600]


def nodes(plan):
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def rows_of(node):
    """That were looked at, whether or not they were wanted."""
    dropped = (node.get(f"Rows Removed by {by}", 0) for by in ("Filter", "Index Recheck"))
    return (node["Actual Rows"] + sum(dropped)) * node["Actual Loops"]


def prepare():
    """One record of everything in Blois."""
    lamp = env["product.product"].search([("barcode", "=", "4006381333931")])
    telling = {
        name: {field.name for field in env[name]._fields.values() if field.comodel_name in PLACES and field.store}
        for name in env
        if env[name]._auto
        and not env[name]._abstract
        and not env[name]._transient
        and (name.startswith("retail.") or name in GROWING)
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
            made += [] if name in BROUGHT else [name]
    return lamp, made, missing


people = [env["res.users"].search([("login", "=", login)]) for login in PEOPLE]
lamp, made, missing = prepare()
history = History(env)
for example in (lamp, lamp.product_tmpl_id, people[-1], people[-1].partner_id):
    history.begin_with(example)
refused = []
# Before there is more, so that forms show what the lines of all documents are of.
every = [page for person in people for page in pages(env, person, OURS) if may_be_opened(page)]
for name, times in AROUND.items():
    history.old(name, times)
for name in made:
    history.alike(name, FEW)
env.cr.execute("ANALYZE")
few = [len(opened(page)) for page in every]
for name in made:
    history.alike(name, TEN_TIMES - FEW)
ten_times = [len(opened(page)) for page in every]
for name in GROWING:
    history.unchecked(name)
small = [name for name in GROWING if not history.old(name, LARGE)]
env.cr.execute("ANALYZE")
whole = [list(read_whole(opened(page))) for page in every]
rows = [[*page.name, *numbers] for page, *numbers in zip(every, few, ten_times, whole)]  # noqa: B905 Python 3.9
found = {"pages": rows, "missing": missing, "small": small, "refused": refused}
env.cr.rollback()
Path("/tenant/found.json").write_text(json.dumps(found))
