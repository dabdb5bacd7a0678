"""Opening balances: one journal entry that balances."""

from odoo import _, models
from odoo.tools import float_is_zero

from ..approving import Granting
from ..rows import CREATED, REFUSED, SAME, Refused


class ImportBalances(models.AbstractModel):
    _name = "retail.import.balances"
    _inherit = "retail.import.kind"
    _description = "Import of opening balances"

    _kind = "balances"
    _target = "account.move"

    def _take_together(self, rows, approvals):
        tasks = []
        for row in rows:
            try:
                tasks.append((row, self._values(row)))
            except Refused as refused:
                row.refuse(*refused.sentences)
        problems = self._whole_problems(rows, tasks)
        if not problems:
            self._make_or_compare(tasks, approvals)
        for row, _values in tasks if problems else ():
            row.refuse(*problems)

    def _values(self, row):
        found = self._read(row)
        accounts = self.env["account.account"]
        mine = [("company_id", "=", self.env.company.id), ("code", "=", found["account"])]
        debit, credit = found["debit"] or 0.0, found["credit"] or 0.0
        if bool(debit) == bool(credit):
            raise Refused(_("Fill in either debit or credit, with an amount above zero."))
        return {
            "date": found["date"],
            "account_id": self._one(_("account"), found["account"], mine, accounts).id,
            "name": found["label"] or _("Opening balance"),
            "partner_id": found["partner"] and self._partner(found["partner"]).id,
            "debit": debit,
            "credit": credit,
        }

    def _whole_problems(self, rows, tasks):
        if any(row.verdict == REFUSED for row in rows):
            return [_("The entry is posted as a whole. Correct its other lines.")]
        if len({values["date"] for _row, values in tasks}) > 1:
            return [_("All opening balances have to be of one date.")]
        left = sum(values["debit"] - values["credit"] for _row, values in tasks)
        currency = self.env.company.currency_id
        if not float_is_zero(left, precision_rounding=currency.rounding):
            amount = f"{left:.{currency.decimal_places}f}"
            return [_("Debit and credit do not balance: debit is %s more. Correct the file.", amount)]
        return []

    def _make_or_compare(self, tasks, approvals):
        key = str(tasks[0][1]["date"])
        known = self._known([key]).get(key)
        if known:
            self._compare(tasks, known)
            return
        first = tasks[0][0]
        self._make_all([(first, {"key": key, "lines": [values for _row, values in tasks]})], approvals)
        for row, _values in tasks[1:]:
            row.verdict, row.message, row.record_id = first.verdict, first.message, first.record_id

    def _compare(self, tasks, move):
        def seen(values):
            return (
                values["account_id"],
                values["partner_id"] or False,
                round(values["debit"] - values["credit"], 2),
            )

        posted = sorted(
            (line.account_id.id, line.partner_id.id, round(line.debit - line.credit, 2)) for line in move.line_ids
        )
        same = posted == sorted(seen(values) for _row, values in tasks)
        for row, _values in tasks:
            if same:
                row.done(SAME, move)
            else:
                row.refuse(_("The opening balances are %s already. Correct them by a journal entry.", move.name))

    def _make(self, tasks, approvals):
        ((row, values),) = tasks
        journals = self.env["account.journal"]
        journal = journals.search([("company_id", "=", self.env.company.id), ("type", "=", "general")], limit=1)
        lines = [{name: value for name, value in line.items() if name != "date"} for line in values["lines"]]
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "ref": _("Opening balances"),
                "date": values["key"],
                "journal_id": journal.id,
                "line_ids": [(0, 0, line) for line in lines],
            }
        )
        if isinstance(approvals, Granting):
            # Posted for whoever asked: somebody else has approved it.
            move.sudo()._post(soft=False)
        row.done(CREATED, move)
        self._remember([(values["key"], move)])

    def _natural(self, keys):  # noqa: ARG002
        return {}
