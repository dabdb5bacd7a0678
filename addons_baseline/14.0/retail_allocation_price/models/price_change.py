"""A price change with lower prices for a time is a promotion: it waits for its day, and for stock."""

from odoo import _, api, fields, models
from odoo.addons.retail_allocation.models.promotion import SELLERS
from odoo.exceptions import UserError

# Who makes price changes need not sell.
READERS = ",".join(
    (SELLERS, "retail_price_governance.group_price_editor", "retail_price_governance.group_price_manager")
)


class PriceChange(models.Model):
    """Its lower prices are put into force when the promotion starts; everything else in it waits for nothing."""

    _name = "retail.price.change"
    _inherit = ["retail.price.change", "retail.promotion.mixin"]

    promotion_has = fields.Boolean("Is a promotion", compute="_compute_promotion_has")
    promotion_need_ids = fields.One2many(groups=READERS)
    promotion_override_ids = fields.One2many(groups=READERS)

    @api.depends("item_ids.lowers", "item_ids.date_start", "item_ids.date_end", "item_ids.action")
    def _compute_promotion_has(self):
        for change in self:
            change.promotion_has = bool(change._promotion_items())

    # What a promotion says of itself.

    def _promotion_products(self):
        products = self.env["product.product"].sudo()
        return products.union(*(item._promotion_goods() for item in self._promotion_items()))

    def _promotion_definition(self):
        return [[item.id, item.action, item._values()] for item in self._promotion_items().sorted("id")]

    def _promotion_require_active(self):
        if self.outcome != "open":
            raise UserError(_("%s is over. Make another price change.", self.display_name))
        if self.approval_state != "approved":
            raise UserError(_("%s is not approved. Submit it, and have it approved.", self.display_name))
        return super()._promotion_require_active()

    # What the buttons call.

    def action_promotion_start(self):
        for change in self.filtered(lambda each: each.approval_state == "approved"):
            if not change._promotion_is_due():
                raise UserError(
                    _(
                        "%s begins by itself on its day, if there is stock then. "
                        "If it must not wait for stock, press Start regardless.",
                        change.display_name,
                    )
                )
        result = super().action_promotion_start()
        self._promotion_apply()
        return result

    def _promotion_begin_regardless(self, reason):
        result = super()._promotion_begin_regardless(reason)
        self._promotion_apply()
        return result

    def _promotion_apply(self):
        """At once, unless it is so large, or so early, that the scheduled action does it."""
        for change in self:
            if change.effective_at <= fields.Datetime.now() and change._is_small():
                change._apply()

    # How it waits.

    def _approval_problems(self):
        problems = super()._approval_problems()
        if len({item._promotion_begins_at() for item in self._promotion_items()}) > 1:
            problems.append(_("Put lower prices that begin at different times into price changes of their own."))
        return problems

    def _promotion_items(self):
        return self.sudo().with_company(self.company_id).item_ids.filtered(lambda item: item._is_promotion())

    def _promotion_is_due(self):
        """On the day of its lower prices. They begin at the same time, or it was not submitted."""
        now = fields.Datetime.now()
        return all(item._promotion_begins_at() <= now for item in self._promotion_items())

    def _held_items(self):
        held = super()._held_items()
        if self._takes_over() or self._promotion_runs():
            return held
        return held | self._promotion_items().filtered(lambda item: item.progress == "open")

    def _apply_steps(self, checkpoint):
        waiting = self._held_items()
        late = waiting.filtered(lambda item: item.date_end and item.date_end <= fields.Datetime.now())
        late._settle("failed", _("There was not enough stock before it ended. Propose it for other days."))
        if waiting - late and self._promotion_is_due():
            self._promotion_try()
        return super()._apply_steps(checkpoint)
