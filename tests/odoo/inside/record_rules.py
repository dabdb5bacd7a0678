"""Run in Odoo's shell: every record rule of our addons, tried by each role to which it applies. Nothing is kept.

For each rule and person there is a record that the rule shuts off: of another store, of a company in which this
person is not at work, of somebody else, or one that head office keeps. It is tried to reach it by each way in
which a client reads and writes; and also without our rules on the model, where the record has to be reached, or
the attempt would show nothing. What was found goes to /tenant/found.json.
"""

import json
import re
import sys
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from odoo.api import call_kw
from odoo.exceptions import UserError
from odoo.tools import mute_logger

sys.path.insert(0, "/tenant")
from made_records import Maker

OURS = {path.parent.name for path in Path("/opt/shopfleet/addons").glob("*/__manifest__.py")}
PEOPLE = ("store", "neighbour", "warehouse", "buyer", "finance", "web", "service", "head")
REFUSED = (UserError, psycopg2.IntegrityError)
NOISY = (
    "odoo.sql_db",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.base.models.ir_model",
    "odoo.models.unlink",
)
MODES = ("read", "write", "create", "unlink")


def rules():
    known = env["ir.model.data"].search([("model", "=", "ir.rule"), ("module", "in", list(OURS))])
    return env["ir.rule"].browse(known.mapped("res_id")).sorted("id")


def kind(rule):
    domain = rule.domain_force
    if "(0, '=', 1)" in domain:
        return "central"
    if "retail_bound" in domain:
        return "store"
    if "company_ids" in domain:
        return "company"
    return "own" if "user.id" in domain else "open"


def telling():
    """By model, the fields in which our rules look for where a record belongs."""
    found = {}
    for rule in rules():
        if kind(rule) != "central":
            names = re.findall(r"\('([a-z_]+)[.']", rule.domain_force)
            fields = env[rule.model_id.model]._fields
            found.setdefault(rule.model_id.model, set()).update(name for name in names if name in fields)
    return found


def sell():
    """One lamp delivered from each store, for the views of sales."""
    for maker in makers.values():
        line = {"product_id": lamp.id, "product_uom_qty": 1.0}
        order = env["sale.order"].create(
            {
                "partner_id": env["res.partner"].search([], limit=1).id,
                "warehouse_id": maker.place.id,
                "order_line": [(0, 0, line)],
            }
        )
        order.action_confirm()
        order.picking_ids.move_lines.quantity_done = 1.0
        order.picking_ids._action_done()
        maker.record("pos.order.line")


class Attempts:
    """What one person tries with one record; each answers whether it was reached."""

    def __init__(self, person, record, context, values):
        self.record, self.values = record, values
        self.model = env[record._name].with_user(person).with_context(**context)
        self._context = context

    def of(self, mode):
        """By name, those of one mode for which the person has the right."""
        if not self.model.check_access_rights(mode, raise_exception=False):
            return {}
        if mode == "read":
            return {way: getattr(self, way) for way in ("read", "search", "name_search", "read_group", "export")}
        return {mode: getattr(self, mode)}

    def read(self):
        return bool(self._rpc("read", self.record.ids, ["id"]))

    def search(self):
        return bool(self._rpc("search", self._it()))

    def name_search(self):
        return bool(self._rpc("name_search", "", self._it()))

    def read_group(self):
        return bool(self._rpc("read_group", self._it(), ["id:count"], [])[0]["__count"])

    def export(self):
        return bool(self._rpc("export_data", self.record.ids, [self._plain_field()])["datas"])

    def write(self):
        self._rpc("write", self.record.ids, self._as_it_is())
        return True

    def unlink(self):
        self._rpc("unlink", self.record.ids)
        return True

    def create(self):
        self._rpc("create", dict(self.values))
        return True

    def _as_it_is(self):
        """Of one field the value that it has: to write it is refused only because it is written."""
        name = self._plain_field()
        return {name: self.record[name]}

    def _plain_field(self):
        for name, field in self.record._fields.items():
            if field.store and not field.relational and not field.automatic and not field.groups:
                return name
        raise LookupError(self.record._name)

    def _it(self):
        return [("id", "in", self.record.ids)]

    def _rpc(self, method, *args):
        return call_kw(self.model, method, list(args), {"context": self._context})


def outcome(attempt):
    """True when it got there, otherwise why not; whatever it did is undone."""
    env["base"].flush()
    env.cr.execute("SAVEPOINT attempt")
    try:
        with mute_logger(*NOISY):
            reached = attempt()
            env["base"].flush()
    except REFUSED as refusal:
        reached = str(refusal)
    env.clear()
    env.cr.execute("ROLLBACK TO SAVEPOINT attempt")
    env.cr.cache.clear()
    return reached


@contextmanager
def without(rules_of_model):
    env.cr.execute("SAVEPOINT without")
    env.cr.execute("UPDATE ir_rule SET active = false WHERE id IN %s", [rules_of_model._ids])
    env["ir.rule"].clear_caches()
    yield
    env.cr.execute("ROLLBACK TO SAVEPOINT without")
    env["ir.rule"].clear_caches()
    env.clear()


def shut_off(rule, login):
    """A record that this rule shuts off from this person, and the context of the person's requests; or None."""
    person, what = people[login], kind(rule)
    if what == "open" or (rule.groups and not decides(rule, person)):
        return None
    if what == "company":
        return makers["SCB"], {"allowed_company_ids": elsewhere.ids}
    if what in ("store", "central") and not person.retail_bound:
        return None
    return makers["SCB" if login == "neighbour" else "SCT"], {}


def decides(rule, person):
    """Whether this rule of a group is the only one that this person has: of several, one that opens is enough."""
    others = env["ir.rule"].search([("model_id", "=", rule.model_id.id), ("id", "!=", rule.id)])
    return bool(rule.groups & person.groups_id) and not others.groups & person.groups_id


def tried(rule, login):
    """Rows (rule, person, way, reached, reached without our rules)."""
    found = shut_off(rule, login)
    if not found:
        return
    maker, context = found
    name = rule.model_id.model
    record = (maker.any(name) if kind(rule) == "central" else None) or maker.record(name)
    # A view of other records is only read.
    modes = [mode for mode in (MODES if record._auto else ("read",)) if rule[f"perm_{mode}"]]
    values = maker.values(name) if "create" in modes else {}
    attempts = Attempts(people[login], record, context, values)
    ways = {way: attempt for mode in modes for way, attempt in attempts.of(mode).items()}
    held = {way: outcome(attempt) for way, attempt in ways.items()}
    with without(ours.filtered(lambda each: each.model_id == rule.model_id and kind(each) != "open")):
        free = {way: outcome(attempt) for way, attempt in ways.items()}
    for way in ways:
        yield [names[rule.id], login, way, held[way], free[way], bool(record)]


ours = rules()
names = ours.get_external_id()
people = {login: env["res.users"].search([("login", "=", login)]) for login in PEOPLE}
lamp = env["product.product"].search([("barcode", "=", "4006381333931")])
makers = {
    code: Maker(env, env["stock.warehouse"].search([("code", "=", code)]), lamp, telling())
    for code in ("SCB", "SCT")
}
elsewhere = env["res.company"].create({"name": "Elsewhere"})
for person in people.values():
    person.company_ids |= elsewhere
    # Past the roles, which would take it away again.
    env.cr.execute(
        "INSERT INTO res_groups_users_rel (gid, uid) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        (env.ref("base.group_allow_export").id, person.id),
    )
sell()
env["res.users"].clear_caches()
env.clear()
for rule in ours:
    # Beforehand, so that views of documents see them.
    for code in ("SCB", "SCT") if kind(rule) == "store" else ("SCB",):
        if kind(rule) != "central":
            makers[code].record(rule.model_id.model)
env["base"].flush()
found = {
    "rules": sorted(names.values()),
    "cells": [row for rule in ours for login in PEOPLE for row in tried(rule, login)],
}
env.cr.rollback()
Path("/tenant/found.json").write_text(json.dumps(found))
