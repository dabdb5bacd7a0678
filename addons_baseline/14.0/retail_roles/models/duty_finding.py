"""Who has duties now that should be kept apart."""

from odoo import fields, models, tools

# Ids of conflicts are small: there are as many as rows in a list that people read.
VIEW = """
    CREATE VIEW retail_duty_finding AS
    SELECT conflict.id::bigint * 1000000 + person.id AS id,
           person.id AS user_id,
           conflict.id AS conflict_id,
           conflict.group_id,
           conflict.other_group_id
      FROM retail_duty_conflict conflict
      JOIN res_groups_users_rel one ON one.gid = conflict.group_id
      JOIN res_groups_users_rel other ON other.gid = conflict.other_group_id AND other.uid = one.uid
      JOIN res_users person ON person.id = one.uid
     WHERE conflict.active AND person.active
"""


class DutyFinding(models.Model):
    _name = "retail.duty.finding"
    _description = "Conflict of duties"
    _auto = False
    _order = "user_id, id"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", "Person", readonly=True)
    conflict_id = fields.Many2one("retail.duty.conflict", "Why", readonly=True)
    group_id = fields.Many2one("res.groups", "Has", readonly=True)
    other_group_id = fields.Many2one("res.groups", "And has", readonly=True)
    effect = fields.Selection(related="conflict_id.effect")

    def init(self):
        tools.drop_view_if_exists(self.env.cr, self._table)
        self.env.cr.execute(VIEW)
