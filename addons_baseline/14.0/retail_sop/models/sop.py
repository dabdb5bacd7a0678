"""A procedure that certain roles have to read, and who owes it."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

# The newest approved version, if it is not older than the first one that has to be read.
CHOOSE = """
    UPDATE retail_sop sop SET version_id = (
        SELECT CASE WHEN max(version.id) >= COALESCE(sop.first_version_id, 0) THEN max(version.id) END
        FROM document_page_history version WHERE version.page_id = sop.page_id AND version.state = 'approved')
    WHERE sop.id IN %(sops)s
"""
# Whoever has a role and has not been asked yet is asked for the newest approved version: in one statement, because
# that may be every person of a chain. Days are counted from then, so that nobody is late on the day he arrives.
ASK = """
    INSERT INTO retail_sop_reading (sop_id, name, page_id, version_id, user_id, company_id, state, asked_at,
                                    deadline, create_uid, create_date, write_uid, write_date)
    SELECT DISTINCT sop.id, page.name, sop.page_id, sop.version_id, person.id, person.company_id, 'open',
           %(now)s::timestamp, (%(now)s::timestamp + sop.days * interval '1 day')::date,
           %(uid)s, %(now)s::timestamp, %(uid)s, %(now)s::timestamp
    FROM retail_sop sop
    JOIN document_page page ON page.id = sop.page_id
    JOIN res_groups_retail_sop_rel role ON role.retail_sop_id = sop.id
    JOIN res_groups_users_rel member ON member.gid = role.res_groups_id
    JOIN res_users person ON person.id = member.uid AND person.active AND NOT person.share
    WHERE sop.id IN %(sops)s AND sop.active AND page.active AND sop.version_id IS NOT NULL
      AND person.id != %(system)s
      AND (page.company_id IS NULL OR EXISTS (
          SELECT FROM res_company_users_rel works WHERE works.user_id = person.id AND works.cid = page.company_id))
    ON CONFLICT (version_id, user_id) DO UPDATE
        SET state = 'open', asked_at = excluded.asked_at, deadline = excluded.deadline,
            write_date = excluded.write_date
        WHERE retail_sop_reading.state = 'void'
"""
# What nobody has to read any more: an older version, a page that was put away, or for a role that somebody has no
# longer. What was read stays.
VOID = """
    UPDATE retail_sop_reading reading SET state = 'void', write_date = %(now)s
    FROM retail_sop sop
    JOIN document_page page ON page.id = sop.page_id
    WHERE reading.sop_id = sop.id AND sop.id IN %(sops)s AND reading.state = 'open'
      AND (NOT sop.active OR NOT page.active OR sop.version_id IS DISTINCT FROM reading.version_id OR NOT EXISTS (
          SELECT FROM res_groups_retail_sop_rel role
          JOIN res_groups_users_rel member ON member.gid = role.res_groups_id
          JOIN res_users person ON person.id = member.uid AND person.active
          WHERE role.retail_sop_id = sop.id AND member.uid = reading.user_id))
"""


class Sop(models.Model):
    _name = "retail.sop"
    _description = "Procedure to be read"
    _order = "name"

    page_id = fields.Many2one(
        "document.page",
        "Procedure",
        required=True,
        domain="[('type', '=', 'content')]",
        ondelete="restrict",
    )
    name = fields.Char(related="page_id.name", store=True)
    company_id = fields.Many2one(related="page_id.company_id", store=True)
    group_ids = fields.Many2many(
        "res.groups", string="Roles", required=True, help="Everybody who has one of them."
    )
    first_version_id = fields.Many2one(
        "document.page.history",
        "From version",
        domain="[('page_id', '=', page_id), ('state', '=', 'approved')]",
        ondelete="restrict",
        help="Who has to read it begins with this one. Empty: with the version that is approved now.",
    )
    version_id = fields.Many2one("document.page.history", readonly=True, copy=False, ondelete="restrict")
    days = fields.Integer("Days to read it", required=True, default=14)
    active = fields.Boolean(default=True)
    reading_ids = fields.One2many("retail.sop.reading", "sop_id", "Readings", readonly=True)
    open_count = fields.Integer("Not read yet", compute="_compute_counts")
    overdue_count = fields.Integer("Overdue", compute="_compute_counts")

    _sql_constraints = [
        ("page_unique", "unique(page_id)", "This procedure is on the list already. Add the role there."),
        ("days_positive", "check(days > 0)", "Give at least one day to read it."),
    ]

    @api.constrains("group_ids")
    def _check_roles(self):
        for sop in self:
            if not sop.group_ids:
                raise ValidationError(_("Say who has to read %s.", sop.name))

    def _compute_counts(self):
        readings = self.env["retail.sop.reading"]
        for sop in self:
            still = [("sop_id", "=", sop.id), ("state", "=", "open")]
            sop.open_count = readings.search_count(still)
            sop.overdue_count = readings.search_count([*still, ("overdue", "=", True)])

    @api.model_create_multi
    def create(self, vals_list):
        sops = super().create(vals_list)
        sops._ask()
        return sops

    def write(self, vals):
        result = super().write(vals)
        self._ask()
        return result

    def _ask(self):
        """Everybody who has to read the newest version is asked, and nobody else any more."""
        if not self:
            return
        self.env["base"].flush()
        parameters = {
            "sops": tuple(self.ids),
            "now": fields.Datetime.now(),
            "uid": self.env.uid,
            "system": self.env.ref("base.user_root").id,
        }
        for statement in (CHOOSE, VOID, ASK):
            self.env.cr.execute(statement, parameters)
        self.invalidate_cache()
        self.env["retail.sop.reading"].sudo()._forget_reminders(self)

    @api.model
    def _cron_ask(self):
        """Roles are given and taken every day, and people are late."""
        self.search([("active", "in", (True, False))])._ask()
        self.env["retail.sop.reading"]._remind()
