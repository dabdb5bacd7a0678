"""The check of an import: everything is carried out, its report kept, and the rest taken back."""

import base64
import hashlib

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError

from ..approving import Asking
from ..columns import KINDS
from ..rows import CHANGED, CREATED, SAME, Row

APPROVERS = "retail_import.group_import_approver"
# Rows that are made together. More saves nothing, and where one is refused more of them are made again.
BATCH = 200
# Nobody is mailed, and no history is written, for what comes by thousands.
QUIET = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "mail_notrack": True,
    "no_reset_password": True,
}


class _Undo(Exception):
    """Ends a check, and takes everything back."""


def nobody_listens(done, of):
    """In the place of whoever hears how far it is."""


def batches(rows):
    """Lists of rows of one kind, in the order of kinds; what makes one record is not divided."""
    for kind in KINDS:
        own = [row for row in rows if row.kind == kind.name and not row.verdict]
        size = (len(own) or 1) if kind.together else BATCH
        for begin in range(0, len(own), size):
            yield kind.name, own[begin : begin + size]


class ImportCheck(models.AbstractModel):
    """Part of retail.import.run."""

    _name = "retail.import.check"
    _description = "Check of an import"

    @api.model
    def _check(self, files, without_refused=False, on_behalf_of="", tell=nobody_listens):
        """A new import of these files, content by name, with its report, in the name of the current user.

        Nothing else is changed. `tell` hears how many lines are done, of how many.
        """
        if not files:
            raise UserError(
                _("There are no files to import. Name them as the documents say, such as products.csv.")
            )
        rows, broken = self._parse_all(files)
        asking = Asking()
        self._try(rows, asking, tell)
        return self._keep_report(files, [*broken, *rows], asking, without_refused, on_behalf_of)

    @api.model
    def _digest(self, files):
        listed = [f"{name} {hashlib.sha256(files[name]).hexdigest()}" for name in sorted(files)]
        return hashlib.sha256("\n".join(listed).encode()).hexdigest()

    @api.model
    def _parse_all(self, files):
        """All rows, and a refused row 0 for each thing that is wrong with a file as a whole."""
        rows, broken = [], []
        for name in sorted(files):
            found, problems = self.env["retail.import.file"]._parse(name, files[name])
            rows += found
            if problems:
                row = Row(name.rpartition(".")[0], 0)
                row.refuse(*problems)
                broken.append(row)
        order = [kind.name for kind in KINDS]
        rows.sort(key=lambda row: (order.index(row.kind), row.number))
        return rows, broken

    def _try(self, rows, approvals, tell):
        done = 0
        try:
            with self.env.cr.savepoint():
                self._expect_growth()
                for kind, batch in batches(rows):
                    self._kind(kind)._take(batch, approvals)
                    self._forget()
                    done += len(batch)
                    tell(done, len(rows))
                self._undo()
        except _Undo:
            self.env.registry.clear_caches()

    @api.model
    def _undo(self):
        raise _Undo

    def _expect_growth(self):
        """Until the transaction ends, PostgreSQL plans each statement for the table as it is by then.

        What checks that a foreign key is there is planned once in a session, for tables that are small when an
        import begins, and would read all of them for every line.
        """
        self.env.cr.execute("SET LOCAL plan_cache_mode = force_custom_plan")

    def _forget(self):
        """What has been read of a batch is not needed again; of ten thousand products it would fill the pod."""
        self.flush()
        self.env.cache.invalidate()

    @api.model
    def _kind(self, name):
        return self.env[f"retail.import.{name}"].with_context(**QUIET)

    def _keep_report(self, files, rows, asking, without_refused, on_behalf_of):
        anything = any(row.verdict in (CREATED, CHANGED) for row in rows)
        runs = guard.passing(self.sudo().with_context(**QUIET))
        run = runs.create(
            {
                "name": _("Import of %s", fields.Datetime.to_string(fields.Datetime.now())),
                "company_id": self.env.company.id,
                "user_id": self.env.uid,
                "on_behalf_of": on_behalf_of,
                "digest": self._digest(files),
                "without_refused": without_refused,
                "state": "checked" if anything or any(row.verdict != SAME for row in rows) else "done",
                "group_ids": [(6, 0, self._who_agrees(asking.groups).ids)],
                "summary": self._summary(rows),
            }
        )
        guard.passing(self.env["retail.import.file"].sudo()).create(
            [
                {
                    "run_id": run.id,
                    "name": name,
                    "digest": hashlib.sha256(files[name]).hexdigest(),
                    "content": base64.b64encode(files[name]),
                }
                for name in sorted(files)
            ]
        )
        self.env["retail.import.line"]._of_rows(run, rows)
        return self.browse(run.id)

    @api.model
    def _who_agrees(self, groups):
        """Who approves imports; and those groups that are not theirs."""
        approvers = self.env.ref(APPROVERS).sudo()
        theirs = approvers | approvers.trans_implied_ids
        return approvers.union(*groups) - (theirs - approvers)

    @api.model
    def _summary(self, rows):
        labels = dict(self.env["retail.import.line"]._fields["verdict"]._description_selection(self.env))
        lines = []
        for kind in dict.fromkeys(row.kind for row in rows):
            own = [row.verdict for row in rows if row.kind == kind]
            counted = [f"{labels[verdict]} {own.count(verdict)}" for verdict in labels if verdict in own]
            lines.append(f"{kind}: {', '.join(counted)}")
        return "\n".join(lines)
