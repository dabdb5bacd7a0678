"""One file of an import, as it was given."""

import base64

from odoo import _, api, fields, models

from ..columns import KIND
from ..reading import Unreadable, read
from ..rows import Row


class ImportFile(models.Model):
    _name = "retail.import.file"
    _inherit = "retail.sealed.mixin"
    _description = "Imported file"
    _order = "run_id desc, id"

    run_id = fields.Many2one("retail.import.run", required=True, index=True, ondelete="cascade")
    name = fields.Char(required=True)
    digest = fields.Char("Fingerprint", required=True)
    content = fields.Binary(required=True, attachment=True)

    def _rows(self, numbers):
        """The rows that begin on these lines, with their values."""
        self.ensure_one()
        found, _problems = self._parse(self.name, base64.b64decode(self.with_context(bin_size=False).content))
        return {row.number: row for row in found if row.number in numbers}

    @api.model
    def _parse(self, name, content):
        """Rows of this content, some of them refused already; and what is wrong with the file as a whole."""
        kind = KIND.get(name.rpartition(".")[0])
        if kind is None or name != kind.file:
            names = ", ".join(each.file for each in KIND.values())
            return [], [_("No file of this name is known. Name it one of: %s.", names)]
        try:
            table = read(content)
        except Unreadable as unreadable:
            return [], [self._sentences()[unreadable.what] % unreadable.facts]
        problems = self._column_problems(kind, table.columns)
        if problems:
            return [], problems
        return self._new_rows(kind, table), []

    @api.model
    def _sentences(self):
        return {
            "empty": _("The file is empty. Remove it, or fill it in."),
            "encoding": _("Line %(line)s is not UTF-8. Save the file again with the encoding UTF-8."),
            "quotes": _('The record that begins on line %(line)s has a quotation mark too many or too few (").'),
            "twice": _("There are several columns of this name: %(columns)s. Leave one."),
        }

    @api.model
    def _column_problems(self, kind, columns):
        there = self.env[f"retail.import.{kind.name}"]._columns()
        names = {column.name for column in there}
        missing = [column.name for column in there if column.needed and column.name not in columns]
        unknown = [name for name in columns if name not in names]
        problems = []
        if missing:
            problems.append(_("Add the columns: %s.", ", ".join(missing)))
        if unknown:
            known = ", ".join(column.name for column in there)
            problems.append(
                _(
                    "Remove or correct the columns: %(unknown)s. Known are: %(known)s.",
                    unknown=", ".join(unknown),
                    known=known,
                )
            )
        return problems

    @api.model
    def _new_rows(self, kind, table):
        first, rows = {}, []
        for record in table.records:
            row = Row(kind.name, record.number, dict(record.values))
            row.key = "/".join(record.values.get(name, "") for name in kind.key)
            if record.cells != len(table.columns):
                row.refuse(
                    _(
                        "It has %(cells)s cells instead of %(columns)s. Quote what contains the separator.",
                        cells=record.cells,
                        columns=len(table.columns),
                    )
                )
            elif row.key in first:
                row.refuse(_("It says the same as line %s. Leave one of them.", first[row.key]))
            first.setdefault(row.key, row.number)
            rows.append(row)
        return rows
