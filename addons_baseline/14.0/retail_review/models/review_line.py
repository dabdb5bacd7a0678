"""What was decided about one rule in one review."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import AccessError, UserError

POLICY = "retail_base.group_policy"
# What is to be changed is on the list again after so many days, to see whether it was.
DAYS_TO_CHANGE = 14


class ReviewLine(models.Model):
    _name = "retail.review.line"
    _inherit = "retail.guard.mixin"
    _description = "Decision about a rule"
    _order = "review_id desc, decision desc, id"

    review_id = fields.Many2one("retail.review", required=True, readonly=True, index=True, ondelete="restrict")
    item_id = fields.Many2one(
        "retail.review.item", "Rule", required=True, readonly=True, index=True, ondelete="restrict"
    )
    kind_id = fields.Many2one(related="item_id.kind_id", store=True)
    name = fields.Char("As it was called", readonly=True)
    owner_id = fields.Many2one(related="item_id.owner_id")
    changed = fields.Boolean(related="item_id.changed")
    note = fields.Char()
    decision = fields.Selection(
        [("keep", "Keep"), ("change", "Change"), ("off", "Switch off"), ("gone", "Not there any more")],
        readonly=True,
    )
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True, ondelete="restrict")
    decided_at = fields.Datetime("Decided on", readonly=True)

    @api.model
    def _guarded_fields(self):
        own = {"review_id", "item_id", "name", "decision", "decided_by_id", "decided_at"}
        return super()._guarded_fields() | own

    def _guarded_message(self, _names):
        return _("Use the buttons: keep, change, or switch off.")

    def write(self, vals):
        if not guard.is_open(self.env) and any(self.mapped("decision")):
            raise UserError(_("That has been decided. It is looked at again in the next review."))
        return super().write(vals)

    def unlink(self):
        if not guard.is_open(self.env):
            raise UserError(_("A review is a record of what was done. It cannot be deleted."))
        return super().unlink()

    def action_keep(self):
        self._decide("keep")

    def action_change(self):
        self._decide("change")

    def action_switch_off(self):
        self._decide("off")

    def action_open(self):
        return self.item_id.action_open()

    def _decide(self, decision):
        for line in self:
            line._require_owner()
            if line.decision:
                raise UserError(_("That has been decided. It is looked at again in the next review."))
            if decision != "keep" and not (line.note or "").strip():
                raise UserError(_("Say in the note what is wrong with %s.", line.name))
            if decision == "off":
                line.item_id._switch_off()
            line.sudo()._decided(decision, self.env.uid)
            line.sudo().item_id._reviewed(DAYS_TO_CHANGE if decision == "change" else line.kind_id.days)
        self.sudo().review_id._follow_up()

    def _require_owner(self):
        user, owner = self.env.user, self.sudo().owner_id
        if user != owner and not user.has_group(POLICY):
            raise AccessError(_("%(owner)s decides about %(rule)s.", owner=owner.name, rule=self.name))

    def _decided(self, decision, user_id):
        values = {"decision": decision, "decided_by_id": user_id, "decided_at": fields.Datetime.now()}
        guard.passing(self).write(values)

    @api.model
    def _forget_gone(self):
        """About what is not at work any more nobody has to decide."""
        gone = self.search([("decision", "=", False), ("item_id.active", "=", False)])
        gone._decided("gone", False)
        gone.review_id._follow_up()
