"""That somebody has to read a version, and that he did."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import AccessError, UserError

ACTIVITY = "retail_sop.activity_read"
# Reminders of one run; the rest waits for the next, so that a procedure for everybody is not one long transaction.
AT_ONCE = 1000


class SopReading(models.Model):
    """Made by retail.sop alone. Read by whom it names, and by nobody for somebody else."""

    _name = "retail.sop.reading"
    _inherit = ["mail.thread", "mail.activity.mixin", "retail.sealed.mixin"]
    _description = "Procedure to be read by somebody"
    _order = "deadline, id"
    # Or nobody could put his own reminder away.
    _mail_post_access = "read"

    sop_id = fields.Many2one("retail.sop", "Procedure to be read", required=True, index=True, ondelete="restrict")
    name = fields.Char("Procedure", help="Its title when it was asked for.")
    page_id = fields.Many2one("document.page", required=True, ondelete="restrict")
    version_id = fields.Many2one("document.page.history", required=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", "Who", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", index=True, ondelete="restrict")
    state = fields.Selection(
        [("open", "To be read"), ("read", "Read"), ("void", "Not needed any more")], required=True, index=True
    )
    asked_at = fields.Datetime("Asked on")
    deadline = fields.Date("Read until")
    read_at = fields.Datetime("Read on")
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")
    content = fields.Html(compute="_compute_content", help="What the version says, for whoever has to read it.")

    _sql_constraints = [("asked_once", "unique(version_id, user_id)", "This person has been asked already.")]

    @api.depends("deadline", "state")
    def _compute_overdue(self):
        today = fields.Date.today()
        for reading in self:
            reading.overdue = reading.state == "open" and reading.deadline < today

    @api.model
    def _search_overdue(self, operator, value):
        overdue = [("state", "=", "open"), ("deadline", "<", fields.Date.today())]
        return overdue if bool(value) == (operator == "=") else ["!", "&", *overdue]

    @api.depends("version_id")
    def _compute_content(self):
        """As superuser: who works at a till has no right to pages, and has to read this one."""
        for reading in self:
            reading.content = reading.sudo().version_id.content

    def action_read(self):
        """I have read and understood it."""
        for reading in self:
            if reading.user_id != self.env.user:
                raise AccessError(_("Only %s can say that.", reading.sudo().user_id.name))
            if reading.state == "void":
                raise UserError(_("This version of %s need not be read any more.", reading.name))
            if reading.state == "open":
                guard.passing(reading.sudo()).write({"state": "read", "read_at": fields.Datetime.now()})
        self.sudo().activity_unlink([ACTIVITY])

    @api.model
    def _remind(self):
        """One activity for each person and procedure that is late."""
        known = self.env["mail.activity"].search(
            [("res_model", "=", self._name), ("activity_type_id", "=", self.env.ref(ACTIVITY).id)]
        )
        domain = [("overdue", "=", True), ("id", "not in", known.mapped("res_id"))]
        for reading in self.search(domain, limit=AT_ONCE):
            reading.activity_schedule(ACTIVITY, date_deadline=reading.deadline, user_id=reading.user_id.id)

    @api.model
    def _forget_reminders(self, sops):
        self.search(
            [("sop_id", "in", sops.ids), ("state", "=", "void"), ("activity_ids", "!=", False)]
        ).activity_unlink([ACTIVITY])
