"""What lines and pricelist rules of a price change have in common: they are judged and applied."""

import logging
import math

import psycopg2
from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError, ValidationError

_logger = logging.getLogger(__name__)


class PriceStep(models.AbstractModel):
    _name = "retail.price.step"
    _inherit = "retail.guard.mixin"
    _description = "Step of a price change"

    # `state` of the change is in the way of a name as short.
    progress = fields.Selection(
        [("open", "Not applied"), ("applied", "Applied"), ("conflict", "Changed meanwhile"), ("failed", "Failed")],
        "Result",
        default="open",
        required=True,
        readonly=True,
        index=True,
        copy=False,
    )
    problem = fields.Char("What went wrong", readonly=True, copy=False)
    applied_at = fields.Datetime("Applied on", readonly=True, copy=False)
    delta = fields.Float("Change (%)", digits=(16, 2), readonly=True, copy=False)
    margin = fields.Float("Margin (%)", digits=(16, 2), readonly=True, copy=False, help="The lowest that results.")
    margin_known = fields.Boolean("Cost is known", readonly=True, copy=False)
    verdict = fields.Selection(
        [
            ("within", "Within limits"),
            ("beyond", "Beyond limits"),
            ("below_cost", "Below cost"),
            ("cost", "Changes a cost"),
        ],
        readonly=True,
        copy=False,
    )
    limit_id = fields.Many2one("retail.price.rule", "By rule", readonly=True, copy=False, ondelete="set null")

    @api.model
    def _guarded_fields(self):
        results = {"progress", "problem", "applied_at"}
        judged = {"delta", "margin", "margin_known", "verdict", "limit_id"}
        return super()._guarded_fields() | results | judged

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_odd_numbers(vals)
        changes = {vals["change_id"] for vals in vals_list if vals.get("change_id")}
        self.env["retail.price.change"].browse(changes)._refuse_frozen()
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_odd_numbers(vals)
        self.change_id._refuse_frozen()
        self.env["retail.price.change"].browse(vals.get("change_id") or [])._refuse_frozen()
        return super().write(vals)

    def unlink(self):
        self.change_id._refuse_frozen()
        return super().unlink()

    @api.model
    def _refuse_odd_numbers(self, vals):
        """Infinite, or no number: the database would take it, and every comparison after that is wrong."""
        for name in vals.keys() & self._fields.keys():
            if self._fields[name].type == "float" and not _is_number(vals[name]):
                raise ValidationError(_("%s is no price. Enter a number.", vals[name]))

    # What a kind of step says of itself.

    def _capture(self):
        """Take down what is there now, and judge the step by it."""
        raise NotImplementedError

    def _step_problems(self):
        """Sentences, each saying what is wrong with one of these steps and what to do."""
        return []

    def _as_expected(self):
        """Those whose price is still what it was when they were submitted, or is the new one already."""
        raise NotImplementedError

    def _put_in_force(self):
        """Write the new price. May raise whatever Odoo raises."""
        raise NotImplementedError

    # How they are applied.

    def _apply(self):
        """Apply them all: together if that works, and otherwise each by itself."""
        expected = self._as_expected()
        stale = self - expected
        stale._settle("conflict", _("The price was changed after this was submitted. Propose it again."))
        if expected and not expected._apply_together():
            for step in expected:
                step._apply_alone()

    def _apply_together(self):
        try:
            with self.env.cr.savepoint():
                for step in self:
                    step._put_in_force()
                self._settle("applied")
        except psycopg2.OperationalError:
            # Somebody else at the same time: begin again, as Odoo does.
            raise
        except Exception:  # noqa: BLE001 which of them it was, and why, is found out one by one
            return False
        return True

    def _apply_alone(self):
        try:
            with self.env.cr.savepoint():
                self._put_in_force()
                self._settle("applied")
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            _logger.info("price change %s: step %s failed", self.change_id.id, self.id, exc_info=True)
            said = str(error.args[0]) if isinstance(error, UserError) else type(error).__name__
            self._settle("failed", said)

    def _settle(self, progress, problem=False):
        if self:
            now = fields.Datetime.now() if progress == "applied" else False
            guard.passing(self).write({"progress": progress, "problem": problem, "applied_at": now})


def _is_number(value):
    try:
        return math.isfinite(float(value))
    except (TypeError, ValueError):
        return False
