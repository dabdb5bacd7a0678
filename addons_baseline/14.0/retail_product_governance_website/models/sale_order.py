"""Carts: only what the web shop sells gets in and is paid, and what was paid is delivered."""

from odoo import SUPERUSER_ID, _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError

# A transfer is pending until the bank says so, and the customer has promised by then.
PAID = ("pending", "authorized", "done")
# Lines that the shop adds by itself, in modules that not every shop has. Confirming the order looks at them.
OF_THE_SHOP = ("is_delivery", "is_reward_line")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _cart_update(self, product_id=None, line_id=None, add_qty=0, set_qty=0, **kwargs):
        before = {line.id: line.product_uom_qty for line in self.order_line}
        result = super()._cart_update(
            product_id=product_id, line_id=line_id, add_qty=add_qty, set_qty=set_qty, **kwargs
        )
        # Afterwards, because a variant that is made to order has come about only now. What is there already may
        # stay and become less: core goes through all lines when the pricelist changes, on whichever page.
        line = self.order_line.filtered(lambda each: each.id == result.get("line_id")).sudo()
        if line.product_uom_qty > before.get(line.id, 0) and not line.product_id._is_in_web_shop(self.website_id):
            # Without its name, or one could read by their numbers what is to come.
            raise UserError(_("This product is not sold in the web shop. Please choose another one."))
        return result

    def _create_payment_transaction(self, vals):
        """Who has the page of payment open has passed the steps that look through the cart."""
        for order in self.filtered(lambda each: each.website_id and each.state in ("draft", "sent")):
            if order._not_sold_any_more():
                raise UserError(
                    _("We do not sell all of it any more. Please look through your cart before you go on.")
                )
        return super()._create_payment_transaction(vals)

    def _drop_what_is_not_sold(self):
        """Take out of the cart what left the shop since; whether there was something."""
        self.ensure_one()
        gone = self._not_sold_any_more()
        if gone:
            names = ", ".join(gone.mapped("product_id.display_name"))
            gone.unlink()
            self.sudo().message_post(body=_("Not sold any more, and taken out of the cart: %s", names))
        return bool(gone)

    def _not_sold_any_more(self):
        lines = self.sudo().order_line
        return lines.filtered(lambda line: line.product_id and not line._is_sold_in_cart())


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "retail.guard.mixin"]

    changed_at = fields.Datetime(
        "Another product since",
        readonly=True,
        copy=False,
        help="Or of another order. Empty: it is of this product and order since it was added.",
    )

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"changed_at"}

    def write(self, vals):
        named = {"product_id", "order_id"} & vals.keys()
        changed = self.filtered(lambda line: any(line._would_change(name, vals[name]) for name in named))
        result = super().write(vals)
        if changed:
            guard.passing(changed).write({"changed_at": fields.Datetime.now()})
        return result

    def _is_sold_in_cart(self):
        """Whether it may be bought with this cart; what a visitor did not choose needs not be in the web shop."""
        if any(self[name] for name in OF_THE_SHOP if name in self._fields):
            return True
        if self._is_of_a_salesperson():
            return not self.product_id.product_tmpl_id._channel_problem("allow_sale")
        return self.product_id._is_in_web_shop(self.order_id.website_id)

    def _is_of_a_salesperson(self):
        """Whether somebody of the shop added it for somebody else: a customer may be sold more than is shown."""
        author = self.create_uid
        # What begins a cart is written by the superuser.
        person = author.id != SUPERUSER_ID and not author.share
        return person and author.partner_id != self.order_id.partner_id

    def _require_approved_products(self):
        others = self.filtered(lambda line: not line._paid_while_sold())
        return super(SaleOrderLine, others)._require_approved_products()

    def _paid_while_sold(self):
        """Whether a customer of the web shop paid it before it was taken out of sale.

        Refused, the order would not be confirmed, and nobody would deliver what was paid.
        """
        order = self.order_id.sudo()
        ended = self.product_id.product_tmpl_id.sudo().approval_ended_at
        if order._is_binding() or not (order.website_id and ended):
            return False
        # What somebody adds to an order that is paid, or makes of what is in it, was not paid. The end is kept in
        # whole seconds.
        since = self.changed_at or _second(self.create_date)
        begun = [_second(each.create_date) for each in order.transaction_ids if each.state in PAID]
        return any(since <= moment <= ended for moment in begun)


def _second(moment):
    return moment.replace(microsecond=0)
