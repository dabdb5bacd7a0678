"""A return: what comes back and why, who allowed it, what was seen, and what may be refunded."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.addons.retail_base.conflict import one_at_a_time
from odoo.exceptions import UserError
from odoo.tools import float_compare


class RetailReturn(models.Model):
    """Life: draft → authorized (by approval, or within the policy) → received → released: it may be refunded."""

    _name = "retail.return"
    _inherit = ["mail.thread", "retail.approval.mixin"]
    _description = "Return"
    _order = "id desc"

    name = fields.Char(readonly=True, copy=False)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    partner_id = fields.Many2one("res.partner", "Customer")
    picking_id = fields.Many2one(
        "stock.picking",
        "Delivery",
        domain="[('state', '=', 'done'), ('picking_type_code', '=', 'outgoing')]",
        index=True,
        help="With which the goods went out.",
    )
    sale_id = fields.Many2one(related="picking_id.sale_id", store=True)
    channel = fields.Selection(
        [("store", "Store"), ("order", "Order"), ("web", "Web shop")], compute="_compute_channel"
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        "Comes back to",
        required=True,
        check_company=True,
        default=lambda self: self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        ),
    )
    line_ids = fields.One2many("retail.return.line", "return_id", "Goods", copy=True)
    goodwill = fields.Float(
        help="Refunded without goods, without taxes, in the company's currency. Always approved."
    )
    note = fields.Text()
    amount = fields.Float(compute="_compute_amount", help="Without taxes, in the company's currency.")
    approved_amount = fields.Float(readonly=True, copy=False, help="What may be refunded, without taxes.")
    needs_inspection = fields.Boolean(compute="_compute_needs_inspection")
    unusual = fields.Text("Out of the ordinary", compute="_compute_unusual", help="Why somebody has to agree.")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("authorized", "Authorised"),
            ("received", "Received"),
            ("released", "May be refunded"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    inspected_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    inspected_at = fields.Datetime(readonly=True, copy=False)
    incoming_ids = fields.One2many("stock.picking", "return_id", "Transfers", readonly=True)
    refund_ids = fields.One2many("account.move", "return_id", "Refunds", readonly=True)

    def init(self):
        # Whoever began a return sees it, wherever the goods come back to.
        self.env.cr.execute("CREATE INDEX IF NOT EXISTS retail_return_begun_by ON retail_return (create_uid)")

    @api.model_create_multi
    def create(self, vals_list):
        number = self.env["ir.sequence"].sudo().next_by_code
        return super().create([{**vals, "name": number("retail.return") or _("New")} for vals in vals_list])

    def unlink(self):
        if any(each.approval_request_ids for each in self):
            raise UserError(_("A return that was submitted stays on record. Withdraw it, and leave it as it is."))
        return super().unlink()

    @api.depends("sale_id")
    def _compute_channel(self):
        for each in self:
            # The field is website_sale's, which not every tenant has.
            web = "website_id" in each.sale_id._fields and each.sale_id.website_id
            each.channel = "web" if web else "order" if each.sale_id else "store"

    @api.depends("line_ids.amount", "goodwill")
    def _compute_amount(self):
        for each in self:
            each.amount = sum(each.line_ids.mapped("amount")) + each.goodwill

    @api.depends("amount", "line_ids.reason_id", "line_ids.product_id", "warehouse_id", "company_id")
    def _compute_needs_inspection(self):
        for each in self:
            policy = each._policy()
            goods = sum((each | each._others_of_delivery()).line_ids.mapped("amount"))
            each.needs_inspection = bool(each.line_ids) and (
                not policy
                or float_compare(goods, policy.inspect_above, precision_digits=2) > 0
                or any(each.line_ids.mapped("reason_id.needs_inspection"))
                or "serial" in each.line_ids.mapped("product_id.tracking")
            )

    @api.onchange("picking_id")
    def _onchange_picking_id(self):
        if self.picking_id:
            self.partner_id = self.picking_id.partner_id
            self.warehouse_id = self.picking_id.picking_type_id.warehouse_id
            moves = self.picking_id.move_lines.filtered(lambda move: move.state == "done")
            self.line_ids = [(5,)] + [
                (0, 0, {"move_id": move.id, "product_id": move.product_id.id, "quantity": 0.0}) for move in moves
            ]

    def _policy(self):
        return self.env["retail.return.limit"]._first_for(self.company_id, self.warehouse_id)

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"state", "approved_amount", "inspected_by_id", "inspected_at"}

    # Authorisation.

    def action_approval_submit(self):
        one_at_a_time(self.picking_id)
        return super().action_approval_submit()

    def _approval_plan(self):
        groups, policy = self.sudo().line_ids.reason_id.group_id, self._policy()
        amount = self.amount + sum(self._others_of_delivery().mapped("approved_amount"))
        if self._unusual() or not policy or float_compare(amount, policy.approve_above, precision_digits=2) > 0:
            groups |= policy.group_id or self.env.ref("retail_returns.group_return_approver")
        return groups

    def _unusual(self):
        """Sentences about what somebody has to agree to, whatever it is worth."""
        goodwill = [_("Goodwill is refunded.")] if self.goodwill else []
        return goodwill + [sentence for line in self.sudo().line_ids for sentence in line._unusual()]

    @api.depends("goodwill", "line_ids.product_id", "line_ids.move_id", "line_ids.reason_id", "line_ids.note")
    def _compute_unusual(self):
        for each in self:
            each.unusual = "\n".join(each._unusual())

    def _others_of_delivery(self):
        """Returns of the same delivery that are allowed: one that is cut into pieces is still one."""
        if not self.picking_id:
            return self.browse()
        domain = [("picking_id", "=", self.picking_id.id), ("approval_state", "=", "approved")]
        return self.sudo().search(domain) - self.sudo()._origin

    def _approval_involved(self):
        return self.create_uid

    def _approval_within_limits(self):
        return _("The return is within what this store decides by itself.")

    def _approval_problems(self):
        if self.state != "draft":
            return [_("It has been authorised already. Make another return.")]
        problems = super()._approval_problems()
        lines = self.sudo().line_ids
        delivered_to = self.picking_id.partner_id.commercial_partner_id
        if not self.partner_id and self._needs_customer():
            problems.append(_("Choose the customer."))
        elif delivered_to and delivered_to != self.partner_id.commercial_partner_id:
            problems.append(_("The delivery went to %s. Choose that customer.", delivered_to.display_name))
        if not lines and not self.goodwill:
            problems.append(_("Enter what comes back, or an amount of goodwill."))
        if self.goodwill < 0:
            problems.append(_("Goodwill cannot be negative."))
        if self.goodwill and not (self.note or "").strip():
            problems.append(_("Say in the note what the goodwill is for."))
        return problems + [problem for line in lines for problem in line._problems()]

    def _needs_customer(self):
        """Whether it has to be known who brings it back."""
        return True

    def _approval_content(self):
        return [
            self.partner_id.id,
            self.picking_id.id,
            self.warehouse_id.id,
            self.goodwill,
            [
                (line.move_id.id, line.product_id.id, line.quantity, line.reason_id.id, line.note or "")
                for line in self.line_ids.sorted("id")
            ],
        ]

    def _approval_granted(self):
        guard.passing(self).write({"state": "authorized", "approved_amount": self.amount})
        if not self.line_ids:
            guard.passing(self).write({"state": "released"})
        elif self._goods_are_here():
            self._received()
        else:
            self._expect_goods()

    def action_give_up(self):
        """The customer keeps the goods after all."""
        for each in self:
            each.check_access_rights("write")
            each.check_access_rule("write")
            each._approval_reopen(_("Given up by %s", each.env.user.name))

    def _approval_reopen(self, why):
        for each in self.sudo().filtered(lambda it: it.state != "draft"):
            if each.state != "authorized" or "done" in each.incoming_ids.mapped("state"):
                raise UserError(
                    _(
                        "The goods of %s are here already, so it cannot be taken back. Inspect them and refund"
                        " the customer, or send them out again with a new order.",
                        each.name,
                    )
                )
            guard.passing(each).write({"state": "draft", "approved_amount": 0.0})
            each.incoming_ids.action_cancel()
        return super()._approval_reopen(why)
