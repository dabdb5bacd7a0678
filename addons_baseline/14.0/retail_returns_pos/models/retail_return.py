"""Returns that a till pays back: asked for before it pays, or made of an order that came without one."""

from collections import Counter

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.addons.retail_base.conflict import one_at_a_time
from odoo.exceptions import UserError
from odoo.tools import float_compare


class RetailReturn(models.Model):
    _inherit = "retail.return"

    pos_order_id = fields.Many2one(
        "pos.order", "Paid back with", readonly=True, index=True, copy=False, ondelete="restrict"
    )
    till_session_id = fields.Many2one(
        "pos.session", "Asked for at", readonly=True, index=True, copy=False, ondelete="restrict"
    )
    sold_order_id = fields.Many2one(
        "pos.order",
        "Sold at a till with",
        index=True,
        ondelete="restrict",
        domain="[('state', 'in', ('paid', 'done', 'invoiced'))]",
    )
    paid_unapproved = fields.Boolean(
        "Paid back without approval",
        readonly=True,
        copy=False,
        help="The till had paid before anybody who has to could agree.",
    )

    _sql_constraints = [("pos_order_unique", "unique(pos_order_id)", "This order has a return already.")]

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"pos_order_id", "till_session_id", "paid_unapproved"}

    @api.depends("pos_order_id", "till_session_id", "sold_order_id")
    def _compute_channel(self):
        at_a_till = self.filtered(lambda each: each._is_of_a_till())
        at_a_till.channel = "store"
        return super(RetailReturn, self - at_a_till)._compute_channel()

    def _is_of_a_till(self):
        return bool(self.pos_order_id or self.till_session_id or self.sold_order_id)

    def _needs_customer(self):
        # Whoever buys in a store has no name.
        return not self._is_of_a_till() and super()._needs_customer()

    def action_approval_submit(self):
        one_at_a_time(self.sudo().sold_order_id)
        return super().action_approval_submit()

    def _others_of_delivery(self):
        others = super()._others_of_delivery()
        if self.sold_order_id:
            domain = [("sold_order_id", "=", self.sold_order_id.id), ("approval_state", "=", "approved")]
            others |= self.sudo().search(domain) - self.sudo()._origin
        return others

    def _approval_content(self):
        content = super()._approval_content()
        if self.sold_order_id:
            content += [self.sold_order_id.id, self.line_ids.sorted("id").sold_line_id.ids]
        return content

    # Goods.

    def _goods_are_here(self):
        return bool(self.pos_order_id) or super()._goods_are_here()

    def _expect_goods(self):
        # They come with the order that pays them back.
        return None if self._is_of_a_till() else super()._expect_goods()

    def _count_in(self):
        if not self.pos_order_id:
            return super()._count_in()
        # The customer has left them, and what the till has paid is paid.
        for line in self.line_ids:
            guard.passing(line).write({"received": line.quantity})
        return None

    # Asked for at a till, before it pays.

    @api.model
    def _ask_at_till(self, session, asked):
        """A return of what the till wants to take back (see pos_session.py), submitted by who is there."""
        reason = self.env["retail.return.reason"].browse(asked["reason_id"]).exists()
        if not reason.offered:
            raise UserError(_("Choose the reason why it comes back."))
        goods, money = session._told_apart(asked["lines"])
        document = guard.passing(self.sudo()).create(
            {
                "till_session_id": session.id,
                "company_id": session.config_id.company_id.id,
                "partner_id": asked.get("partner_id"),
                "warehouse_id": session.config_id._returns_to().id,
                "goodwill": money,
                "note": asked.get("note") or reason.name,
                "line_ids": [
                    (0, 0, {
                        "product_id": product.id,
                        "quantity": quantity,
                        "till_price": amount / quantity,
                        "reason_id": reason.id,
                        "note": asked.get("note"),
                    })
                    for product, quantity, amount in goods
                ],
            }
        )  # fmt: skip
        # From here on without the pass.
        return self.sudo().browse(document.id)

    @api.model
    def _give_up_unused(self):
        """Run by a scheduled action: customers of yesterday who kept their goods after all."""
        yesterday = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        unused = self.search(
            [
                ("till_session_id", "!=", False),
                ("pos_order_id", "=", False),
                ("state", "=", "authorized"),
                ("create_date", "<", yesterday),
            ]
        )
        for document in unused:
            # What somebody has agreed to waits for the customer.
            if not document._approval_last_request().step_ids:
                document._approval_reopen(_("Nothing was paid back on it"))

    # Paid back.

    def _problem_with_paying(self, till, goods, amount):
        """Why a till may not pay this back, in one sentence with what to do; None: it may.

        `goods` is a Counter of units by product, `amount` is without taxes, in the company's currency.
        """
        self.ensure_one()
        return (
            self._problem_with_approval()
            or self._problem_with_being_paid()
            or self._problem_with_place(till)
            or self._problem_with_goods(goods)
            or self._problem_with_amount(amount)
        )

    def _problem_with_approval(self):
        if self.approval_state == "pending":
            steps = self._approval_last_request().sudo().step_ids
            groups = steps.filtered(lambda step: step.state == "pending").group_id
            return _(
                "%(name)s waits for somebody of: %(groups)s. Have it approved, then pay back.",
                name=self.name,
                groups=", ".join(groups.mapped("name")),
            )
        if self.approval_state == "rejected":
            note = self._approval_last_request().sudo().note
            return _("%(name)s was rejected: %(why)s. Pay nothing back.", name=self.name, why=note)
        try:
            self._approval_require()
        except UserError as problem:
            return str(problem)
        return None

    def _problem_with_being_paid(self):
        if self.pos_order_id or self.refund_ids.filtered(lambda move: move.state == "posted"):
            return _("%s has been paid back already. Ask for another return.", self.name)
        if self.picking_id or (self.line_ids and self.state != "authorized"):
            return _("%s is refunded with a credit note, by who serves the order.", self.name)
        return None

    def _problem_with_place(self, till):
        place = self.warehouse_id
        if place == till._returns_to():
            return None
        return _("%(name)s comes back to %(place)s. Send the customer there.", name=self.name, place=place.name)

    def _problem_with_goods(self, goods):
        approved = Counter()
        for line in self.line_ids:
            approved[line.product_id] += line.quantity
        if approved.keys() == goods.keys() and all(
            not float_compare(goods[each], approved[each], precision_rounding=each.uom_id.rounding)
            for each in goods
        ):
            return None
        listed = ", ".join(f"{quantity:g} {product.display_name}" for product, quantity in approved.items())
        return _(
            "%(name)s is about other goods: %(goods)s. Take back exactly these, or ask for another return.",
            name=self.name,
            goods=listed or _("none"),
        )

    def _problem_with_amount(self, amount):
        rounding = self.company_id.currency_id.rounding
        # Each line is rounded by itself.
        allowed = self.approved_amount + rounding * len(self.line_ids)
        if float_compare(amount, allowed, precision_rounding=rounding) <= 0:
            return None
        return _(
            "On %(name)s %(approved).2f may be paid back without taxes, and this is %(amount).2f. Give the same"
            " price as was approved, or ask for another return.",
            name=self.name,
            approved=self.approved_amount,
            amount=amount,
        )

    def _require_refundable(self, refund):
        if self.pos_order_id:
            raise UserError(
                _(
                    "%(name)s was paid back at the till with %(order)s. Choose another return, or make one.",
                    name=self.name,
                    order=self.sudo().pos_order_id.name,
                )
            )
        return super()._require_refundable(refund)

    def _pay_back_with(self, order):
        """The goods are here, and the money is gone."""
        open_transfers = self.incoming_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
        open_transfers.action_cancel()
        guard.passing(self).write({"pos_order_id": order.id})
        if self.line_ids:
            self._received()
