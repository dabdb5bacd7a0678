"""A product that must not be bought is a reason why nothing is ordered."""

from odoo import _, models


class Orderpoint(models.Model):
    _inherit = "stock.warehouse.orderpoint"

    def _blocked_reasons(self):
        reasons = super()._blocked_reasons()
        for rule in self.filtered(lambda rule: rule.product_id and rule._buys()):
            template = rule.product_id.product_tmpl_id.sudo()
            if template.approval_needed and template.approval_state != "approved":
                reasons[rule.id].append(_("The product is not approved. Submit it, and have it approved."))
            elif not template.purchase_ok:
                reasons[rule.id].append(_("The product is not to be bought. Ask for that on the product."))
        return reasons
