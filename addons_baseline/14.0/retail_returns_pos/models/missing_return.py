"""Orders that gave money back, and whose return could not be recorded: tried again, and shown to somebody."""

from odoo import _, api, models

ACTIVITY = "retail_returns_pos.activity_missing_return"


class PosOrder(models.Model):
    _inherit = "pos.order"

    def init(self):
        # There are few or none among all orders that there ever were.
        self.env.cr.execute(
            """
            CREATE INDEX IF NOT EXISTS pos_order_return_missing ON pos_order (id) WHERE return_missing IS NOT NULL
            """
        )
        return super().init()

    @api.model
    def _make_missing_returns(self):
        """Run by a scheduled action."""
        for order in self.search([("return_missing", "!=", False)]):
            # On behalf of who was at the till: that is who may not approve it.
            on_behalf = order.with_user(order.user_id or self.env.user).sudo().with_company(order.company_id)
            if on_behalf._try_to_make_return():
                order._activity_about_return().unlink()
            elif not order._activity_about_return():
                order._ask_for_help()

    def _activity_about_return(self):
        kind = self.env.ref(ACTIVITY)
        return self.session_id.activity_ids.filtered(
            lambda each: each.activity_type_id == kind and each.summary == self.name
        )

    def _ask_for_help(self):
        """Ask who has the session. Orders have no activities, and whoever closes the session reads its own."""
        self.session_id.activity_schedule(
            ACTIVITY,
            summary=self.name,
            note=_(
                "%(order)s gave money back, but its return could not be recorded: %(why)s Put that right; then"
                " the return is made by itself.",
                order=self.name,
                why=self.return_missing,
            ),
            user_id=(self.session_id.user_id.filtered("active") or self.env.user).id,
        )
