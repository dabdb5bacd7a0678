"""One rule, or the rules of one warehouse: who looks after it, and when it is looked at again."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError


class ReviewItem(models.Model):
    """Found by retail.review.kind; people say only whose it is."""

    _name = "retail.review.item"
    _inherit = "retail.guard.mixin"
    _description = "Rule under review"
    _order = "due_at, id"

    kind_id = fields.Many2one("retail.review.kind", required=True, readonly=True, index=True, ondelete="cascade")
    res_id = fields.Integer("Record", required=True, readonly=True)
    name = fields.Char(readonly=True)
    active = fields.Boolean("At work", default=True, readonly=True)
    own_owner_id = fields.Many2one("res.users", "Own owner", help="Empty: the owner of all rules of this kind.")
    owner_id = fields.Many2one("res.users", compute="_compute_owner_id")
    digest = fields.Char(readonly=True)
    reviewed_digest = fields.Char(readonly=True, help="What it said when it was reviewed last.")
    changed = fields.Boolean(
        "Changed since", compute="_compute_changed", store=True, help="New, or changed since it was reviewed last."
    )
    reviewed_at = fields.Datetime("Last reviewed", readonly=True)
    due_at = fields.Date("To be reviewed until", readonly=True, index=True)
    line_ids = fields.One2many("retail.review.line", "item_id", "Reviews", readonly=True)

    _sql_constraints = [("found_once", "unique(kind_id, res_id)", "This rule is on the list already.")]

    @api.depends("own_owner_id.active", "kind_id.owner_id.active")
    def _compute_owner_id(self):
        """Who has left owns nothing, or nobody would be called."""
        admin = self.env.ref("base.user_admin")
        for item in self:
            # One after the other: as one set, they would be read for each item anew.
            own, of_kind = (each.filtered("active") for each in (item.own_owner_id, item.kind_id.owner_id))
            item.owner_id = own or of_kind or admin

    @api.depends("digest", "reviewed_digest")
    def _compute_changed(self):
        for item in self:
            item.changed = item.digest != item.reviewed_digest

    @api.model
    def _guarded_fields(self):
        own = {"kind_id", "res_id", "name", "active", "reviewed_at", "due_at"}
        return super()._guarded_fields() | own | {"digest", "reviewed_digest", "changed"}

    def _guarded_message(self, _names):
        return _("Rules are found where they are, and reviewed in a review. Here you say whose they are.")

    def _seen(self, found):
        """What was found of it today: (name, fingerprint), or None when it is not at work any more."""
        values = {"active": bool(found)}
        if found:
            values["name"], values["digest"] = found
        if any(self[name] != value for name, value in values.items()):
            guard.passing(self).write(values)

    def _reviewed(self, days):
        """Somebody has looked at it, as it is at this moment, and looks again after so many days."""
        self._seen(self.kind_id._find(self.res_id).get(self.res_id))
        guard.passing(self).write(
            {
                "reviewed_digest": self.digest,
                "reviewed_at": fields.Datetime.now(),
                "due_at": fields.Date.add(fields.Date.today(), days=days),
            }
        )

    def _switch_off(self):
        """As whoever decides, with his own rights."""
        model = self.env[self.kind_id.sudo().model]
        if self.kind_id.sudo().group_by or "active" not in model._fields:
            raise UserError(_("%s cannot be switched off from here. Open it, and do it there.", self.name))
        model.browse(self.res_id).write({"active": False})

    def action_review_now(self):
        """Put them on the list before their time."""
        self.check_access_rights("write")
        self.check_access_rule("write")
        self.env["retail.review"]._take_up(self.sudo().filtered("active"))

    def action_open(self):
        """The rule itself, or the list of those that are reviewed as one."""
        self.ensure_one()
        kind = self.kind_id.sudo()
        action = {"type": "ir.actions.act_window", "res_model": kind.model, "name": self.name}
        if kind.group_by:
            return {**action, "view_mode": "tree,form", "domain": [(kind.group_by, "=", self.res_id)]}
        return {**action, "view_mode": "form", "res_id": self.res_id}
