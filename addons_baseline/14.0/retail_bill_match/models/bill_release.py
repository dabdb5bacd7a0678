"""Why a bill that does not agree is posted all the same, and who agreed to that."""

from odoo import _, fields, models


class BillRelease(models.Model):
    _name = "retail.bill.release"
    _inherit = ["mail.thread", "retail.approval.mixin"]
    _description = "Release of a bill"
    _rec_name = "move_id"
    _order = "id desc"

    move_id = fields.Many2one("account.move", "Bill", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="move_id.company_id", store=True, index=True)
    differences = fields.Text(related="move_id.match_preview")
    reason = fields.Text(required=True, tracking=True)

    _sql_constraints = [
        ("one", "UNIQUE (move_id)", "There is a release of this bill already. Open it from the bill.")
    ]

    def name_get(self):
        return [(release.id, _("Release of %s", release.move_id.display_name)) for release in self]

    def _is_for_what_stands_there(self):
        """Whether it is approved, and of the bill as it is now; no release is not."""
        return bool(
            self
            and self.approval_state == "approved"
            and self._approval_last_request().digest == self._approval_digest()
        )

    def _approval_plan(self):
        return self.env.ref("retail_bill_match.group_bill_release")

    def _approval_problems(self):
        problems = super()._approval_problems()
        if self.move_id.state != "draft":
            problems.append(_("Only a draft is released. Reset the bill to draft first."))
        elif not self.move_id._match_refusal():
            problems.append(_("The bill agrees. Confirm it."))
        if not (self.reason or "").strip():
            problems.append(_("Enter why it is to be paid all the same."))
        return problems

    def _approval_content(self):
        bill = self.move_id
        lines = [
            [
                line.product_id.id, line.name, line.quantity, line.product_uom_id.id, line.price_unit,
                line.discount, line.tax_ids.ids, line.account_id.id, line.purchase_line_id.id,
            ]
            for line in bill.invoice_line_ids.filtered(lambda line: not line.display_type)
        ]  # fmt: skip
        return [bill.id, bill.partner_id.id, bill.currency_id.id, self.reason, sorted(lines, key=str)]

    def _approval_involved(self):
        bill = self.move_id
        buyers = bill.invoice_line_ids.purchase_line_id.order_id.user_id
        return self.create_uid | bill.create_uid | bill.invoice_user_id | buyers

    def _approval_granted(self):
        result = super()._approval_granted()
        self.move_id.message_post(body=_("Released: %s", self.reason))
        return result
