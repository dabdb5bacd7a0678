"""A vendor bill is posted when it agrees with orders and receipts, or when a second person released it."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.addons.retail_base.forms import form_of
from odoo.exceptions import UserError

MATCHED = ("in_invoice", "in_receipt")


class AccountMove(models.Model):
    _inherit = "account.move"

    match_release_ids = fields.One2many(
        "retail.bill.release",
        "move_id",
        "Release",
        copy=False,
        groups="account.group_account_invoice,account.group_account_readonly,purchase.group_purchase_user",
    )
    match_preview = fields.Text("Does not agree", compute="_compute_match_preview")

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        # Core looks at the values, and not at defaults from the context.
        if moves._matched_and_posted() and not guard.is_open(self.env):
            raise UserError(_("Enter the bill as a draft, and confirm it then."))
        return moves

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "posted" or {"partner_id", "move_type"} & vals.keys():
            self._matched_and_posted()._require_match()
        return result

    def _post(self, soft=True):
        # Also those that are only to be posted later, by a job that nobody watches.
        self.filtered(lambda move: move.move_type in MATCHED)._require_match()
        return super()._post(soft)

    @api.model
    def _autopost_draft_entries(self):
        """What does not agree is left out, or nothing at all would be posted."""
        today = fields.Date.context_today(self)
        waiting = [("state", "=", "draft"), ("date", "<=", today), ("auto_post", "=", True)]
        for bill in self.search([*waiting, ("move_type", "in", MATCHED)]):
            refusal = bill._match_refusal()
            if refusal:
                bill.auto_post = False
                bill.message_post(body=refusal)
        return super()._autopost_draft_entries()

    def action_ask_release(self):
        """Opens the form in which somebody says why it is to be paid all the same."""
        self.ensure_one()
        release = self.match_release_ids
        if release.approval_state == "approved" and self._match_refusal():
            release._approval_reopen(_("The bill was changed."))
        context = {"default_move_id": self.id}
        return form_of(release._name, release.id, name=_("Release"), context=context)

    def _matched_and_posted(self):
        return self.filtered(lambda move: move.move_type in MATCHED and move.state == "posted")

    def _require_match(self):
        """Raises UserError unless each bill agrees or is released as it stands."""
        if guard.is_open(self.env):
            return
        for bill in self:
            bill._hold_order_lines()
            refusal = bill._match_refusal()
            if refusal:
                raise UserError(refusal)

    def _match_refusal(self):
        """Why this bill is not posted, and what to do; None: it may be."""
        problems = self.sudo()._match_problems()
        release = self.sudo().match_release_ids
        if not problems or release._is_for_what_stands_there():
            return None
        title = _("%s does not agree with what was ordered and received:", self.display_name)
        advice = _("Put it right, or ask for its release.")
        return "\n".join([title, *("- " + problem for problem in problems), advice])

    def _match_problems(self):
        lines = self.invoice_line_ids.filtered(lambda line: not line.display_type)
        problems = []
        for order_line in lines.purchase_line_id:
            problems += order_line._match_problems(lines & order_line.invoice_lines)
        problems += self._unordered_problems(lines.filtered(lambda line: not line.purchase_line_id), lines)
        return problems

    def _unordered_problems(self, unordered, lines):
        """Goods always come by an order; what else is on the bill of an order may cost what is tolerated."""
        goods = unordered.filtered(lambda line: line.product_id.type == "product")
        problems = [_("%s was not ordered. Link the line to its purchase order.", line.name) for line in goods]
        extras = (unordered - goods) if lines.purchase_line_id else goods.browse()
        cost, currency = sum(extras.mapped("balance")), self.company_id.currency_id
        no_category = self.env["product.category"]
        allowed = self.env["retail.bill.tolerance"]._allowed(self.company_id, no_category, 0.0)
        if currency.compare_amounts(cost, allowed) > 0:
            names = ", ".join(line.name or line.account_id.display_name for line in extras)
            problems.append(_("%s: not on the order. Have it ordered, or the bill corrected.", names))
        return problems

    def _hold_order_lines(self):
        """Make bills of the same order lines be posted one after the other.

        An UPDATE and not a lock: the second has to fail and be tried again, because its transaction does not see
        what the first one billed.
        """
        order_lines = self.invoice_line_ids.purchase_line_id
        if order_lines:
            self.flush()
            self.env.cr.execute(
                "UPDATE purchase_order_line SET sequence = sequence WHERE id IN %s", (tuple(order_lines.ids),)
            )

    def _compute_match_preview(self):
        for bill in self:
            shown = bill.id and bill.state == "draft" and bill.move_type in MATCHED
            bill.match_preview = (bill._match_refusal() or "") if shown else ""
