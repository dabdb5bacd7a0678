"""For scripts in Odoo's shell: pages that people can reach, and what the web client asks for when one is opened.

A page is a view of a window action.
"""

from lxml import etree
from odoo.osv import expression
from odoo.tools import date_utils
from odoo.tools.safe_eval import datetime as dates
from odoo.tools.safe_eval import dateutil, safe_eval, time

# Of what the web client shows at once: in a list, and in a list within a form.
LIMIT, LINES = 80, 40
VIEWS = ("tree", "kanban", "form", "pivot", "graph")
# Stands for the record that a page is opened from, until it is known whose it is.
FROM = -1


def pages(env, person, addons):
    """Pages of these addons, and those of core by a menu whose model one of their views extends."""
    own = env["ir.model.data"].search([("model", "=", "ir.actions.act_window"), ("module", "in", list(addons))])
    views = env["ir.model.data"].search([("model", "=", "ir.ui.view"), ("module", "in", list(addons))])
    extended = set(env["ir.ui.view"].browse(views.mapped("res_id")).mapped("model"))
    found = env["ir.actions.act_window"].browse(own.mapped("res_id")).exists()
    by_menu = env["ir.actions.act_window"].browse(_by_menu(env["ir.ui.menu"].with_user(person).load_menus(False)))
    found |= by_menu.filtered(lambda action: action.res_model in extended)
    for action in found.sudo().sorted("id"):
        model = env.get(action.res_model)
        if model is None or model._transient or (model._abstract and model._auto):
            continue
        if model.with_user(person).check_access_rights("read", raise_exception=False):
            yield from (Page(env, person, action, mode, view) for view, mode in action.views if mode in VIEWS)


def _by_menu(menu):
    """Ids of window actions below this menu; one whose parent is not seen is not below it."""
    kind, _comma, number = (menu.get("action") or "").partition(",")
    here = [int(number)] if kind == "ir.actions.act_window" else []
    return here + [action for child in menu["children"] for action in _by_menu(child)]


class Page:
    def __init__(self, env, person, action, mode, view):
        self.env, self.person, self.action, self.mode, self.view = env, person, action, mode, view
        self._shown = None
        self.name = [action.get_external_id()[action.id] or str(action.id), mode, person.login]

    def open(self):
        """Its description, then the data that it shows under the filters that it begins with."""
        context = self._evaluated(self.action.context, {})
        model = self.env[self.action.res_model].with_user(self.person).with_context(**context)
        described = model.fields_view_get(self.view, self.mode, toolbar=True)
        domain = expression.AND([self._domain(model), self._filters(model, context)])
        arch = etree.fromstring(described["arch"])
        shown = [name for name in described["fields"] if name in model._fields]
        grouped = arch.get("default_group_by")
        if grouped:
            for group in model.web_read_group(domain, shown, [grouped])["groups"][:LIMIT]:
                model.web_search_read(group["__domain"], shown, limit=LINES)
        elif self.mode in ("tree", "kanban"):
            model.web_search_read(domain, shown, limit=int(arch.get("limit", LIMIT)))
        elif self.mode == "form":
            self._lines(model, described, model.browse(self._one(model, domain)).read(shown))
        else:
            self._figures(model, domain, arch)

    def _one(self, model, domain):
        """The id, in a list, of the record whose form it is: always the same, and chosen on another page."""
        if self._shown is None:
            found = (model.search(each, order="id desc", limit=1) for each in (domain, self._domain(model)))
            self._shown = next((record.ids for record in found if record), [])
        return self._shown

    def _figures(self, model, domain, arch):
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
                    model.env[field["relation"]].browse(row[name][:LINES]).read(list(inner["fields"]))

    def _domain(self, model):
        """The action's own. One that is opened from a record is opened from one that has some of these."""
        return [
            (leaf[0], leaf[1], self._opened_from(model, *leaf))
            if len(leaf) == 3 and leaf[2] in (FROM, [FROM])
            else leaf
            for leaf in self._evaluated(self.action.domain, [])
        ]

    def _opened_from(self, model, name, _operator, value):
        some = model.sudo().search([(name, "!=", False)], order="id desc", limit=1)
        number = some[name].id or FROM
        return [number] if isinstance(value, list) else number

    def _filters(self, model, context):
        """A domain of the filters that are chosen from the start: alternatives if they stand side by side."""
        described = model.fields_view_get(self.action.search_view_id.id, "search")
        groups, beside = [], False
        for node in etree.fromstring(described["arch"]).iter("filter", "field", "separator", "group"):
            chosen = node.tag in ("filter", "field") and context.get(f"search_default_{node.get('name')}")
            if not beside or node.tag != "filter":
                groups.append([])
            if chosen and not (node.tag == "filter" and "group_by" in node.get("context", "")):
                groups[-1].append(self._filter(node, chosen))
            beside = node.tag == "filter"
        return expression.AND([expression.OR(group) for group in groups if group])

    def _filter(self, node, chosen):
        if node.tag == "field":
            return [(node.get("name"), node.get("operator", "="), chosen)]
        if not node.get("date"):
            return self._evaluated(node.get("domain"), [])
        today = dates.date.today()
        first, last = date_utils.start_of(today, "month"), date_utils.end_of(today, "month")
        return [(node.get("date"), ">=", str(first)), (node.get("date"), "<=", str(last))]

    def _evaluated(self, text, otherwise):
        names = {"uid": self.person.id, "active_id": FROM, "active_ids": [FROM], "context": {}}
        names["allowed_company_ids"] = self.person.company_ids.ids
        clock = {"context_today": dates.date.today, "datetime": dates, "time": time}
        clock["relativedelta"] = dateutil.relativedelta.relativedelta
        return safe_eval(text, {**names, **clock}) if text else otherwise
