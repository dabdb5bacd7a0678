"""Carries out an approved import, batch by batch, each in its own transaction; whoever goes on finds where."""

import time
from contextlib import contextmanager

from odoo import _, api, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_ERRORS_TO_RETRY
from psycopg2 import OperationalError

from ..approving import Granting
from ..columns import KIND
from .import_check import BATCH, QUIET, nobody_listens

# The first half of the lock's number in PostgreSQL; the second is the company's.
LOCK = 20261125
# Tries of one batch that meets others at work in the shop, and the pause between them in seconds.
TRIES = 5
PAUSE = 0.2
# Seconds that the scheduled action works at a time: it shares its process with the others.
SLICE = 240


class AtWorkError(UserError):
    """Another process carries out an import of this company."""


class ImportApply(models.AbstractModel):
    """Part of retail.import.run."""

    _name = "retail.import.apply"
    _description = "Application of an import"

    @api.model
    def _cron_apply(self):
        end = time.monotonic() + SLICE
        for run in self.search([("state", "=", "applying")], order="id"):
            try:
                run._apply(seconds=end - time.monotonic())
            except AtWorkError:
                # By the platform, which somebody watches.
                return

    def _apply(self, seconds=None, tell=nobody_listens):
        """Go on until all is done, or for so many seconds. Whether all is done.

        Commits after each batch. Raises UserError when another process is at work on it.
        """
        self.ensure_one()
        if self.state != "applying":
            return self.state == "done"
        end = None if seconds is None else time.monotonic() + seconds
        lines = self.env["retail.import.line"].sudo()
        mine = [("run_id", "=", self.id)]
        total = lines.search_count(mine)
        with self._alone():
            while end is None or time.monotonic() < end:
                left = self._next_lines()
                if not left:
                    guard.passing(self.sudo()).write({"state": "done"})
                    self._keep()
                    return True
                self._apply_insistently(left.ids)
                self._forget()
                tell(total - lines.search_count([*mine, ("outcome", "=", False)]), total)
        return False

    def _next_lines(self):
        """The next batch, of one kind. Lines are numbered in the order of kinds."""
        domain = [("run_id", "=", self.id), ("outcome", "=", False)]
        lines = self.env["retail.import.line"].sudo()
        first = lines.search(domain, order="id", limit=1)
        if not first:
            return first
        size = None if KIND[first.kind].together else BATCH
        return lines.search([*domain, ("kind", "=", first.kind)], order="id", limit=size)

    def _apply_insistently(self, line_ids):
        for left in reversed(range(TRIES)):
            try:
                self._expect_growth()
                self._apply_lines(self.env["retail.import.line"].sudo().browse(line_ids))
                self._keep()
            except OperationalError as error:
                self._take_back()
                if error.pgcode not in PG_CONCURRENCY_ERRORS_TO_RETRY or not left:
                    raise
                time.sleep(PAUSE)
            else:
                return

    def _apply_lines(self, lines):
        """As whoever ran it, with that person's rights, so that no guard is passed by."""
        kind = lines[0].kind
        file = self.sudo().file_ids.filtered(lambda each: each.name == KIND[kind].file)
        rows = file._rows(set(lines.mapped("number")))
        asker = self.with_user(self.user_id).with_company(self.company_id)
        language = self.user_id.lang
        worker = asker.env[f"retail.import.{kind}"].with_context(**QUIET, lang=language)
        todo = [rows[line.number] for line in lines]
        worker._take(todo, Granting(self._approval_last_request().with_env(worker.env)))
        for line, row in zip(lines, todo):
            line._note(row)

    # What tests do otherwise, because their transaction ends with them.

    def _keep(self):
        self.env.cr.commit()  # pylint: disable=invalid-commit # a kill may cost one batch, not all

    def _take_back(self):
        self.env.cr.rollback()
        self.env.clear()

    @contextmanager
    def _alone(self):
        """Of two processes, one works. PostgreSQL forgets the lock with the connection of a killed one."""
        key = (LOCK, self.company_id.id)
        self.env.cr.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        if not self.env.cr.fetchone()[0]:
            raise AtWorkError(_("An import is at work already. It goes on by itself; look at it under Imports."))
        try:
            yield
        except Exception:
            # In a transaction that failed nothing can be unlocked.
            self._take_back()
            raise
        finally:
            self.env.cr.execute("SELECT pg_advisory_unlock(%s, %s)", key)
