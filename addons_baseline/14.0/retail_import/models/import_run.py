"""One import: its files, the report on them, and the approval after which it is carried out."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError


class ImportRun(models.Model):
    """Life: checked (nothing is changed) → submitted → approved by somebody else → applied in parts."""

    _name = "retail.import.run"
    _inherit = ["mail.thread", "retail.approval.mixin", "retail.import.check", "retail.import.apply"]
    _description = "Import"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", "Run by", required=True, readonly=True, ondelete="restrict")
    on_behalf_of = fields.Char(
        "Asked for by", readonly=True, help="Who started it from outside, as that side says."
    )
    digest = fields.Char("Fingerprint", required=True, readonly=True, index=True, help="Of all files together.")
    without_refused = fields.Boolean("Leave out what is refused", readonly=True)
    state = fields.Selection(
        [("checked", "Checked"), ("applying", "Being applied"), ("done", "Done")],
        default="checked",
        required=True,
        readonly=True,
        index=True,
        copy=False,
    )
    file_ids = fields.One2many("retail.import.file", "run_id", "Files", readonly=True)
    line_ids = fields.One2many("retail.import.line", "run_id", "Report", readonly=True)
    group_ids = fields.Many2many("res.groups", string="Has to agree", readonly=True)
    summary = fields.Text(
        readonly=True, help="How many lines are new, changed, as they are, and refused, by file."
    )

    @api.model
    def _guarded_fields(self):
        names = {"name", "company_id", "user_id", "on_behalf_of", "digest", "without_refused", "state", "summary"}
        return super()._guarded_fields() | names

    def write(self, vals):
        if "group_ids" in vals and not guard.is_open(self.env):
            raise UserError(self._guarded_message({"group_ids"}))
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        if not guard.is_open(self.env):
            raise UserError(_("An import begins with its files: shopfleet tenant import."))
        return super().create(vals_list)

    def unlink(self):
        if not guard.is_open(self.env):
            raise UserError(_("An import stays on record. Reject it, if it is not to be applied."))
        return super().unlink()

    def action_open_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("retail_import.action_import_line")
        return {**action, "domain": [("run_id", "=", self.id)], "context": {}}

    # The approval.

    def _approval_plan(self):
        return self.group_ids

    def _approval_problems(self):
        counts = self._counts("verdict")
        problems = []
        if counts.get("refused") and not self.without_refused:
            problems.append(_("Correct the %s lines that are refused, or leave them out.", counts["refused"]))
        if not (counts.get("created") or counts.get("changed")):
            problems.append(_("There is nothing to be done."))
        return problems

    def _approval_content(self):
        return [self.digest, self.without_refused, self.summary]

    def _approval_involved(self):
        return self.user_id

    def _approval_granted(self):
        guard.passing(self).write({"state": "applying"})

    # The report.

    def _counts(self, field):
        """Number of lines by verdict, or by outcome."""
        groups = self.env["retail.import.line"].sudo().read_group([("run_id", "=", self.id)], [field], [field])
        return {group[field]: group[f"{field}_count"] for group in groups}

    def _report(self):
        """A row for each line, for whoever asked: file, line, key, verdict and message."""
        lines = self.env["retail.import.line"].sudo().search([("run_id", "=", self.id)], order="id")
        return [
            {
                "file": line.kind,
                "line": line.number,
                "key": line.key or "",
                "verdict": line.outcome or line.verdict,
                "message": line.result or line.message or "",
            }
            for line in lines
        ]

    @api.model
    def _latest(self, digest):
        """The last import of just these files; an empty record when there is none."""
        return self.search([("digest", "=", digest), ("company_id", "=", self.env.company.id)], limit=1)
