"""What is to become of one line of a file, and what became of it: the report."""

from odoo import api, fields, models
from odoo.addons.retail_base import guard

VERDICTS = [("created", "New"), ("changed", "Changed"), ("same", "As it is"), ("refused", "Refused")]


class ImportLine(models.Model):
    _name = "retail.import.line"
    _inherit = "retail.sealed.mixin"
    _description = "Line of an import"
    _order = "run_id desc, id"
    _rec_name = "key"

    run_id = fields.Many2one("retail.import.run", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    kind = fields.Char("File", required=True)
    number = fields.Integer("Line", required=True)
    key = fields.Char(index=True)
    verdict = fields.Selection(VERDICTS, "Check", required=True)
    message = fields.Text("What to do", help="Why it is refused, or what changes.")
    outcome = fields.Selection(VERDICTS, "Result", help="Empty: it is still to be done.")
    result = fields.Text("Remark")
    res_id = fields.Integer("Record")
    content = fields.Char("Compared later")

    def init(self):
        """The next lines to be done are found without looking at those that are."""
        self.env.cr.execute(
            """
            CREATE INDEX IF NOT EXISTS retail_import_line_to_do
            ON retail_import_line (run_id, id) WHERE outcome IS NULL
            """
        )

    @api.model
    def _of_rows(self, run, rows):
        """The report of a check."""
        return guard.passing(self.sudo()).create(
            [
                {
                    "run_id": run.id,
                    "kind": row.kind,
                    "number": row.number,
                    "key": row.key,
                    "verdict": row.verdict,
                    "message": row.message,
                    # Nothing is to be done about these.
                    "outcome": row.verdict if row.verdict in ("same", "refused") else False,
                }
                for row in rows
            ]
        )

    def _note(self, row):
        guard.passing(self.sudo()).write(
            {
                "key": row.key,
                "outcome": row.verdict,
                "result": row.message,
                "res_id": row.record_id,
                "content": row.content,
            }
        )
