"""A till sells what is approved for it, and what was approved when it opened."""

from odoo import api, fields, models
from odoo.addons.retail_base import guard


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    # A product's page says how many were sold, for which all lines that there ever were would be read.
    product_id = fields.Many2one(index=True)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._require_approved_products()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if {"product_id", "order_id", "qty"} & vals.keys():
            self._require_approved_products()
        return result

    def _require_approved_products(self):
        """Raise UserError, saying what to do, if one of them may not be sold. Returned goods are taken back."""
        if guard.is_open(self.env):
            return
        for line in self.sudo()._not_approved_everywhere().filtered(lambda each: not each._began_before()):
            product = line.product_id.with_env(self.env)
            own = product in line.order_id.config_id._products_of_its_own()
            product._require_channel("allow_sale" if own else "allow_pos")

    def _not_approved_everywhere(self):
        """The sold lines that have to be looked at; in nearly every sale none, which one statement finds out.

        Reading whole products for that would take the till longer than all other checks together.
        """
        sold = self.filtered(lambda line: line.qty > 0)
        if not sold:
            return sold
        self.env["product.product"].flush(["approval_pending"])
        self.env["product.template"].flush(["approval_state", "allow_sale", "allow_pos"])
        self.env.cr.execute(
            """SELECT variant.id FROM product_product variant
               JOIN product_template template ON template.id = variant.product_tmpl_id
               WHERE variant.id = ANY(%s)
                 AND (template.approval_state = 'approved' AND template.allow_sale AND template.allow_pos
                      AND variant.approval_pending IS NOT TRUE) IS NOT TRUE""",
            [sold.product_id.ids],
        )
        found = {row[0] for row in self.env.cr.fetchall()}
        return sold.filtered(lambda line: line.product_id.id in found) if found else self.browse()

    def _began_before(self):
        """Whether the till may have had the product on its screen when the product left the tills.

        A till takes its products in when it opens, and sells on without a connection. What it sends after its
        session was closed comes in a rescue session, which says nothing of when it was sold.
        """
        left, session = self.product_id.product_tmpl_id.till_left_at, self.order_id.session_id
        return bool(left) and (session.rescue or not session.start_at or session.start_at <= left)


class PosConfig(models.Model):
    _inherit = "pos.config"

    def _products_of_its_own(self):
        """Tips and discounts: in this till, whether or not they are among its products."""
        discount = "discount_product_id" in self._fields and self.discount_product_id
        return self.tip_product_id | (discount or self.env["product.product"])
