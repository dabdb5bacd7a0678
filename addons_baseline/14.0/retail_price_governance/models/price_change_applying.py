"""Putting into force what is approved and due: in batches, each of which stays, whatever happens to the next."""

import logging

import psycopg2
from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

# Steps in one transaction: seconds, in which nobody else can edit these products.
BATCH = 500


class PriceChange(models.Model):
    _inherit = "retail.price.change"

    @api.model
    def _apply_due(self):
        """What the scheduled action does."""
        due = [
            ("approval_state", "=", "approved"),
            ("outcome", "=", "open"),
            ("effective_at", "<=", fields.Datetime.now()),
        ]
        for change in self.sudo().search(due, order="effective_at, id"):
            try:
                change._apply(self._checkpoint)
                self._checkpoint()
            except psycopg2.OperationalError:
                # Somebody works on the same products or on this change; the next run goes on from here.
                self.env.cr.rollback()
                _logger.info("price change %s: others at the same time, tried again later", change.id)
            except Exception:
                # Whatever it is, it is not to hold up the other changes.
                self.env.cr.rollback()
                _logger.exception("price change %s could not be applied", change.id)

    @api.model
    def _checkpoint(self):
        """What has been done stays. Only the scheduled action calls it, which has a transaction of its own."""
        self.env.cr.commit()  # pylint: disable=invalid-commit

    def _is_small(self):
        """Whether it can be applied while somebody waits for an answer."""
        return len(self.line_ids) + len(self.item_ids) <= BATCH

    def _apply(self, checkpoint=lambda: None):
        """Apply what is left of it. Interrupted, it is called again and goes on."""
        self.ensure_one()
        # What is said of it is said to whoever asked for it.
        change = self.sudo().with_company(self.company_id).with_context(lang=self._asked_by().lang)
        if not change._hold() or not change._is_still_approved():
            return
        change._apply_steps(checkpoint)

    def _apply_steps(self, checkpoint):
        while True:
            batch = self._next_steps()
            if not batch:
                if not self._held_items():
                    self._finish()
                return
            batch._apply()
            checkpoint()
            if not self._hold():
                return

    def _held_items(self):
        """Pricelist rules that have to wait, although the change is due; other addons say which."""
        return self.env["retail.price.change.item"]

    def _takes_over(self):
        """Whether it brings prices that a shop had before it came here; other addons say so."""
        return False

    def _is_still_approved(self):
        """Once for all batches: afterwards nobody can change it."""
        try:
            self._approval_require()
        except UserError as refused:
            guard.passing(self).write({"outcome": "cancelled"})
            self._alert(str(refused.args[0]))
            return False
        return True

    def _hold(self):
        """Make whoever works on it at the same time fail, and begin again. Whether there is something to do.

        An UPDATE and not a lock: Odoo's transactions do not see what was committed after they began.
        """
        self.flush()
        self.env.cr.execute(
            "UPDATE retail_price_change SET outcome = outcome WHERE id = %s AND outcome = 'open'", (self.id,)
        )
        held = bool(self.env.cr.rowcount)
        self.invalidate_cache(["outcome"], self.ids)
        return held

    def _next_steps(self):
        """Some that are not applied, all of one kind; empty when nothing is left."""
        still_open = [("change_id", "=", self.id), ("progress", "=", "open")]
        lines = self.env["retail.price.change.line"].search(still_open, limit=BATCH)
        free = [*still_open, ("id", "not in", self._held_items().ids)]
        return lines or self.env["retail.price.change.item"].search(free, limit=BATCH)

    def _finish(self):
        bad = [step for steps in (self.line_ids, self.item_ids) for step in steps if step.progress != "applied"]
        outcome = "partial" if bad else "applied"
        guard.passing(self).write({"outcome": outcome, "applied_at": fields.Datetime.now()})
        if bad:
            self._alert(_("%s prices were not changed. Look at them, and propose them again.", len(bad)))
        else:
            self.message_post(body=_("All prices were changed."))

    def _asked_by(self):
        return self._approval_last_request().sudo().requester_id or self.sudo().create_uid

    def _alert(self, text):
        """An activity, so that it is seen."""
        self.message_post(body=text)
        self.activity_schedule("mail.mail_activity_data_todo", summary=text, user_id=self._asked_by().id)
