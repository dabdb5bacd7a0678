"""A purchase order binds only once it is approved, whoever confirms it and by whichever way."""

from collections import defaultdict
from contextlib import contextmanager

from odoo import _, api, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError

CONFIRMED = ("purchase", "done")
# Writing one of these to a confirmed order may bind more money, or bind it elsewhere.
BINDING = frozenset({"order_line", "partner_id", "picking_type_id", "currency_id", "company_id"})


class PurchaseOrder(models.Model):
    """Approved and confirmed are one thing, and so are pending and core's state 'to approve'."""

    _inherit = "purchase.order"

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders.filtered(lambda order: order.state in CONFIRMED)._require_release()
        return orders

    def write(self, vals):
        if "date_approve" in vals and vals.get("state") not in CONFIRMED and not guard.is_open(self.env):
            raise UserError(
                _("The day of confirmation cannot be set by hand: it is set when the order is confirmed.")
            )
        entering = self.filtered(lambda order: vals.get("state") in CONFIRMED and order.state not in CONFIRMED)
        if BINDING & vals.keys():
            with self._not_growing():
                result = super().write(vals)
        else:
            result = super().write(vals)
        # Afterwards: the same write may have changed the lines.
        entering._require_release()
        if vals.get("state", "to approve") not in (*CONFIRMED, "to approve"):
            left = self.filtered(lambda order: order.approval_state in ("pending", "approved"))
            left._approval_reopen(_("The order was set back or cancelled."))
        return result

    # What core's buttons do.

    def button_confirm(self):
        result = super().button_confirm()
        # Where core would wait for a purchase manager; everything else has come by button_approve.
        self.filtered(lambda order: order.state == "to approve" and order._is_open()).action_approval_submit()
        return result

    def button_approve(self, force=False):
        """Confirms what is approved; submits what is not; and is the yes of whoever may decide about it."""
        approved = self.filtered(lambda order: order.approval_state == "approved")
        result = super(PurchaseOrder, approved).button_approve(force=force) if approved else {}
        self.filtered(lambda order: order.approval_state == "pending").action_approval_approve()
        (self - approved).filtered(lambda order: order._is_open()).action_approval_submit()
        return result

    def _is_open(self):
        return self.approval_state in ("draft", "rejected")

    # What follows from the approval.

    def _approval_submit(self):
        self.env["retail.purchase.rule"]._hold(self)
        result = super()._approval_submit()
        if self.approval_state == "pending":
            self.write({"state": "to approve"})
        return result

    def _approval_granted(self):
        result = super()._approval_granted()
        self.button_approve()
        return result

    def _approval_settled(self, request, note):
        result = super()._approval_settled(request, note)
        if request.state in ("rejected", "withdrawn") and self.state == "to approve":
            self.sudo().write({"state": "draft"})
        return result

    def _update_date_planned_for_lines(self, updated_dates):
        """A vendor's own page calls this. Late goods are late: it is not refused, and whoever ordered is told."""
        before = self._drawn()
        result = super()._update_date_planned_for_lines(
            [(guard.passing(line), date) for line, date in updated_dates]
        )
        over = self._over_since(before) if self.state in CONFIRMED else []
        if over:
            buyer = self.user_id or self.create_uid
            self.sudo().with_context(lang=buyer.lang)._tell_moved(buyer, over)
        return result

    def _tell_moved(self, buyer, over):
        """`over`: pairs as of _over_since. In the language of the environment, which is the buyer's."""
        note = _("The vendor moved it into a period in which there is no room for it.")
        self.activity_schedule(
            "mail.mail_activity_data_warning",
            user_id=buyer.id,
            note="<br/>".join([note, *(self._over_budget(*each) for each in over)]),
        )

    # How it holds.

    def _require_release(self):
        """Raises UserError unless each order is approved as it stands, and its budgets still have room."""
        if guard.is_open(self.env):
            return
        self._approval_require()
        for order in self:
            self.env["retail.purchase.budget"]._hold(order)
            steps = order._approval_last_request().sudo().step_ids
            agreed = steps.filtered(lambda step: step.state == "approved").group_id
            for budget, excess in self.env["retail.purchase.budget"]._shortfalls(order.sudo()):
                if budget.over_group_id not in agreed:
                    raise UserError(
                        _("%s Withdraw the request and submit it again.", self._over_budget(budget, excess))
                    )

    @contextmanager
    def _not_growing(self):
        """Meanwhile, confirmed orders grow only within what needs no approval, and move only to where is room."""
        confirmed = self.filtered(lambda order: order.state in CONFIRMED)
        before = {order: (order._commitment(), order._drawn()) for order in confirmed}
        yield
        for order, (commitment, drawn) in before.items():
            if order.state in CONFIRMED:
                if order._has_grown(commitment):
                    order._require_room()
                order._require_open_to_buy(drawn)

    def _commitment(self):
        """(vendor, place, currency) and by category how much is bound, in that currency."""
        order, amounts = self.sudo(), defaultdict(float)
        for line in order.order_line.filtered("product_id"):
            amounts[line.product_id.categ_id] += line._bound()
        place = order.company_id, order.picking_type_id.warehouse_id
        return (order.partner_id.commercial_partner_id, place, order.currency_id), amounts

    def _has_grown(self, before):
        where, amounts = self._commitment()
        return where != before[0] or any(
            self.currency_id.compare_amounts(amount, before[1][category]) > 0
            for category, amount in amounts.items()
        )

    def _require_room(self):
        self.env["retail.purchase.rule"]._hold(self)
        self.env["retail.purchase.budget"]._hold(self)
        reasons = self.sudo()._approval_reasons()
        if reasons:
            what = _(
                "%s is confirmed, and this change needs an approval. Order the rest with a new order.", self.name
            )
            raise UserError("\n".join([what, *("- " + reason for reason in reasons)]))

    def _drawn(self):
        return self.env["retail.purchase.budget"]._drawn_by(self.sudo())

    def _over_since(self, before):
        """(budget, excess) of those that the order is beyond and takes more of than `before`, as of _drawn."""
        more = {
            budget
            for budget, amount in self._drawn().items()
            if budget.currency_id.compare_amounts(amount, before.get(budget, 0.0)) > 0
        }
        if not more:
            return []
        budgets = self.env["retail.purchase.budget"]
        budgets._hold(self)
        return [(budget, excess) for budget, excess in budgets._shortfalls(self.sudo()) if budget in more]

    def _require_open_to_buy(self, before):
        over = self._over_since(before)
        if over:
            what = _(
                "%s is confirmed, and there is no room for it in the period of its new day of arrival. Have the"
                " budget raised, or cancel the order, set it to draft, and have it approved with that day.",
                self.name,
            )
            raise UserError("\n".join([what, *("- " + self._over_budget(*each) for each in over)]))
