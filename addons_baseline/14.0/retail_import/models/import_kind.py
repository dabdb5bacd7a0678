"""What the imports of all kinds of records have in common: rows become records, or say why not."""

import re

import psycopg2
from odoo import _, api, models
from odoo.exceptions import UserError
from odoo.tools.translate import translate_sql_constraint

from .. import amounts
from ..approving import NotApprovable
from ..columns import KIND
from ..rows import CHANGED, CREATED, SAME, Refused

REFUSALS = (UserError, psycopg2.IntegrityError)
# Where Odoo's own import keeps its external ids.
MODULE = "__import__"
_READERS = {"number": amounts.number, "yes": amounts.yes, "day": amounts.day}


class _TakenBack(Exception):
    """Ends a change that was only tried."""


class ImportKind(models.AbstractModel):
    """`_take` is the same while checking and afterwards; who calls it keeps or takes back what came of it."""

    _name = "retail.import.kind"
    _inherit = "retail.import.lookup"
    _description = "Kind of imported records"

    _kind = ""
    _target = ""
    _one_by_one = False
    # Whether later rows are judged by what changes here.
    _counts_later = False

    # What a kind says of itself.

    @api.model
    def _columns(self):
        """Columns of its file. Glue adds those of its own module, so that without it nobody fills them in vain."""
        return KIND[self._kind].columns

    def _values(self, row):
        """Values of a record with all its defaults. Raises Refused."""
        raise NotImplementedError

    def _natural(self, keys):
        """Records that were there without an import, by key; several of one key are an empty record."""
        raise NotImplementedError

    def _make(self, tasks, approvals):  # noqa: ARG002 # some kinds need approvals
        """Create the records of these pairs of a row and its values, and give the rows their verdict."""
        records = self.env[self._target].create([values for _row, values in tasks])
        for (row, _values), record in zip(tasks, records):
            row.done(CREATED, record)
        self._remember([(row.key, record) for (row, _values), record in zip(tasks, records)])

    def _change(self, row, values, record, approvals):  # noqa: ARG002 # some kinds need approvals
        """Write what differs, and say what that was."""
        news = self._news(record, values)
        if news:
            record.write(news)
        self._tell_change(row, record, self._labels(record, news))

    # How it works.

    @api.model
    def _take(self, rows, approvals):
        """Bring these rows about, and give each its verdict."""
        for part in [[row] for row in rows] if self._one_by_one else [rows]:
            self._take_together(part, approvals)

    @api.model
    def _take_together(self, rows, approvals):
        tasks = []
        for row in rows:
            try:
                tasks.append((row, self._values(row)))
            except Refused as refused:
                row.refuse(*refused.sentences)
        tasks = self._without_repeated(tasks, approvals)
        known = self._known([row.key for row, _values in tasks])
        self._make_all([task for task in tasks if task[0].key not in known], approvals)
        there = [(row, values, known[row.key]) for row, values in tasks if row.key in known]
        self._change_all(self._without_named_twice(there, approvals), approvals)

    def _without_repeated(self, tasks, approvals):
        """Without those that mean what another line of the import does, by another code, number or day.

        Only their values tell, so the file alone does not show them.
        """
        done = self._done_lines("key", [row.key for row, _values in tasks], approvals)
        return [(row, values) for row, values in tasks if self._is_first(row, row.key, approvals.lines, done)]

    def _without_named_twice(self, tasks, approvals):
        """Without those whose record another line names by the key that it had, or has been given by hand."""
        # What is compared with something else than the record has a record of its own for each key.
        named = {row: record.id for row, _values, record in tasks if record and record._name == self._target}
        done = self._done_lines("res_id", list(named.values()), approvals)
        return [
            task
            for task in tasks
            if task[0] not in named or self._is_first(task[0], named[task[0]], approvals.records, done)
        ]

    def _is_first(self, row, what, seen, done):
        """Whether no earlier line, of this batch or of those done before it, is about the same; else refuse it."""
        first = seen.setdefault((row.kind, what), done.get(what, row.number))
        if first != row.number:
            row.refuse(_("It means the same as line %s. Leave one of them.", first))
        return first == row.number

    def _done_lines(self, field, values, approvals):
        """Numbers of lines by this field that earlier batches carried out, perhaps before it was killed."""
        if approvals.checking:
            return {}
        domain = [
            ("run_id", "=", approvals.request.res_id),
            ("kind", "=", self._kind),
            (field, "in", values),
            ("outcome", "in", (CREATED, CHANGED, SAME)),
        ]
        return {line[field]: line.number for line in self.env["retail.import.line"].sudo().search(domain)}

    def _make_all(self, tasks, approvals):
        self._together(tasks, approvals, self._make)

    def _together(self, tasks, approvals, make):
        """`make` of all, because that is fast; when it fails, halves of them, until it is known which one it was.

        Tasks are tuples that begin with a row.
        """
        if not tasks:
            return
        try:
            with self.env.cr.savepoint():
                make(tasks, approvals)
        except NotApprovable as lacking:
            self._refuse_lacking([task[0] for task in tasks], lacking.problems)
            self._together([task for task in tasks if not task[0].verdict], approvals, make)
        except (*REFUSALS, Refused) as error:
            if len(tasks) == 1:
                tasks[0][0].refuse(self._said(error))
                return
            middle = len(tasks) // 2
            self._together(tasks[:middle], approvals, make)
            self._together(tasks[middle:], approvals, make)

    def _refuse_lacking(self, rows, problems):
        """Rows whose documents cannot be approved; the others have no verdict again, since all was taken back."""
        sentences = {document.id: found for document, found in problems.items()}
        for row in rows:
            found = sentences.get(row.record_id)
            row.verdict = ""
            if found:
                row.refuse(*found)
        if not any(row.verdict for row in rows):
            # It is about none of them in particular.
            for row in rows:
                row.refuse(*(sentence for found in problems.values() for sentence in found))

    def _change_all(self, tasks, approvals):
        """Triples of a row, its values and the record that it is about."""
        for row, values, record in tasks:
            self._change_one(row, values, record, approvals)

    def _change_one(self, row, values, record, approvals):
        if not record:
            row.refuse(_("There are several with this key: %s. Leave one of them.", row.key))
            return
        try:
            with self.env.cr.savepoint():
                self._change(row, values, record, approvals)
                if approvals.checking and not self._counts_later:
                    self._let_go()
        except _TakenBack:
            pass
        except NotApprovable as lacking:
            row.refuse(*(sentence for found in lacking.problems.values() for sentence in found))
        except (*REFUSALS, Refused) as error:
            row.refuse(self._said(error))

    @api.model
    def _let_go(self):
        """A check takes minutes; what is in use in the shop is not kept locked for so long."""
        raise _TakenBack

    @api.model
    def _said(self, error):
        """A refusal in words; the database's own come with what Odoo calls the rule."""
        if isinstance(error, psycopg2.IntegrityError):
            rule = translate_sql_constraint(self.env.cr, error.diag.constraint_name, self.env.lang or "en_US")
            return ". ".join(filter(None, [rule, error.diag.message_detail or error.diag.message_primary]))
        return "\n".join(error.sentences) if isinstance(error, Refused) else str(error.args[0])

    def _tell_change(self, row, record, labels):
        row.done(CHANGED if labels else SAME, record, ", ".join(labels))

    # Values.

    def _read(self, row):
        """All cells as values by column; an empty one is False. Raises Refused for all that is wrong."""
        found, wrong = {}, []
        for column in self._columns():
            text = row.values.get(column.name, "")
            if not text:
                found[column.name] = False
                if column.needed:
                    wrong.append(_("Fill in the column %s.", column.name))
                continue
            try:
                found[column.name] = _READERS[column.form](text) if column.form in _READERS else text
            except ValueError:
                wrong.append(self._unreadable(column, text))
            if column.form == "number" and (found.get(column.name) or 0.0) < 0:
                wrong.append(_("%s cannot be negative.", column.name))
        if wrong:
            raise Refused(*wrong)
        return found

    def _unreadable(self, column, text):
        if column.form == "number":
            return _("%(column)s: write %(text)s as 1234.50 or 1234,50.", column=column.name, text=text)
        if column.form == "day":
            return _("%(column)s: write %(text)s as 2026-12-31.", column=column.name, text=text)
        return _("%(column)s: write yes or no instead of %(text)s.", column=column.name, text=text)

    def _given(self, row, found, names):
        """Values of the fields whose columns the file has: what it does not speak of stays as it is."""
        return {field: found[column] for column, field in names.items() if column in row.values}

    def _news(self, record, values):
        """Those values that are not the record's."""
        return {name: value for name, value in values.items() if self._differs(record, name, value)}

    @api.model
    def _differs(self, record, name, value):
        field = record._fields[name]
        if field.type == "many2many":
            return set(value[0][2]) != set(record[name].ids)
        if field.type == "many2one":
            return (value or False) != record[name].id
        if field.type in ("float", "monetary"):
            return abs((value or 0.0) - record[name]) > 1e-6
        return (value or False) != (record[name] or False)

    @api.model
    def _labels(self, record, names):
        return [record._fields[name]._description_string(self.env) for name in names]

    # Which record a key means.

    @api.model
    def _known(self, keys):
        """Records by key: made or adopted by an earlier import, or there already."""
        names = {self._external(key): key for key in keys}
        data = self.env["ir.model.data"].sudo()
        domain = [("module", "=", MODULE), ("model", "=", self._target), ("name", "in", list(names))]
        rows = data.search_read(domain, ["name", "res_id"])
        target = self.env[self._target].with_context(active_test=False)
        there = set(target.browse(row["res_id"] for row in rows).exists().ids)
        known = {names[row["name"]]: target.browse(row["res_id"]) for row in rows if row["res_id"] in there}
        found = self._natural([key for key in keys if key not in known])
        self._remember([(key, record) for key, record in found.items() if record])
        return {**known, **found}

    def _remember(self, pairs):
        """External ids for these pairs of a key and a record."""
        made = [
            {"xml_id": f"{MODULE}.{self._external(key)}", "record": record, "noupdate": True}
            for key, record in pairs
        ]
        self.env["ir.model.data"].sudo()._update_xmlids(made, update=True)

    @api.model
    def _external(self, key):
        plain = re.sub(r"[^A-Za-z0-9-]", lambda found: f"_{ord(found[0]):x}_", key)
        return f"retail_{self.env.company.id}_{self._kind}_{plain}"

    @api.model
    def _by_field(self, field, keys, domain=()):
        """Records of the target by the value of a field; several with one value are an empty record."""
        target = self.env[self._target].with_context(active_test=False)
        found = {}
        for record in target.search([(field, "in", list(keys)), *domain]):
            key = record[field]
            found[key] = target if key in found else record
        return found
