"""Pairs of duties that one person should not have."""

from odoo import api, fields, models

HELD = """
    SELECT one.uid, conflict.id
      FROM retail_duty_conflict conflict
      JOIN res_groups_users_rel one ON one.gid = conflict.group_id
      JOIN res_groups_users_rel other ON other.gid = conflict.other_group_id AND other.uid = one.uid
     WHERE conflict.active AND conflict.effect = 'refuse'
"""


class DutyConflict(models.Model):
    _name = "retail.duty.conflict"
    _description = "Duties kept apart"
    _order = "effect, name, id"

    name = fields.Char("Why", required=True, translate=True, help="What one person could do with both.")
    active = fields.Boolean(default=True)
    group_id = fields.Many2one("res.groups", "Whoever has", required=True, ondelete="cascade")
    other_group_id = fields.Many2one("res.groups", "Shall not have", required=True, ondelete="cascade")
    effect = fields.Selection(
        [("refuse", "Refuse"), ("report", "Report")],
        required=True,
        default="refuse",
        help="Refuse: nobody can be given both. Report: who has both is in the list of conflicts.",
    )

    _sql_constraints = [
        ("pair_unique", "unique (group_id, other_group_id)", "This pair is in the list already."),
        ("pair_differs", "CHECK (group_id != other_group_id)", "Choose two different groups."),
    ]

    @api.model
    def _held(self):
        """All pairs (user id, conflict id) of people who have both duties of a conflict that is refused."""
        self.flush()
        self.env["res.users"].flush(["groups_id"])
        self.env.cr.execute(HELD)
        return set(self.env.cr.fetchall())
