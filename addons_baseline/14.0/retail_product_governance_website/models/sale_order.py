"""Carts: only what is approved gets in and is paid, and what was paid is delivered."""

from odoo import _, models

# A transfer is pending until the bank says so, and the customer has promised by then.
PAID = ("pending", "authorized", "done")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _cart_update(self, product_id=None, line_id=None, add_qty=0, set_qty=0, **kwargs):
        result = super()._cart_update(
            product_id=product_id, line_id=line_id, add_qty=add_qty, set_qty=set_qty, **kwargs
        )
        # Afterwards, because a variant that is made to order has come about only now.
        line = self.order_line.filtered(lambda each: each.id == result.get("line_id"))
        if line:
            line._require_approved_products()
        return result

    def _drop_what_is_not_sold(self):
        """Take out of the cart what left the shop since; whether there was something."""
        self.ensure_one()
        lines = self.website_order_line.sudo()
        gone = lines.filtered(
            lambda line: line.product_id and line.product_id.product_tmpl_id._channel_problem("allow_sale")
        )
        if gone:
            names = ", ".join(gone.mapped("product_id.display_name"))
            gone.unlink()
            self.sudo().message_post(body=_("Not sold any more, and taken out of the cart: %s", names))
        return bool(gone)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _require_approved_products(self):
        others = self.filtered(lambda line: not line._paid_while_approved())
        return super(SaleOrderLine, others)._require_approved_products()

    def _paid_while_approved(self):
        """Whether a customer of the web shop paid it before it was taken out of sale.

        Refused, the order would not be confirmed, and nobody would deliver what was paid.
        """
        order, product = self.order_id.sudo(), self.product_id.product_tmpl_id.sudo()
        if not order.website_id or not order.transaction_ids.filtered(lambda each: each.state in PAID):
            return False
        ended = product.approval_ended_at
        return product.approval_state == "approved" or bool(ended and self.create_date <= ended)
