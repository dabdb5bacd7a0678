"""Documents whose customers are told of their states."""

from odoo import models


class MessageMixin(models.AbstractModel):
    """A model calls `_tell_customer` when a state is entered; it may do so again, or from two places."""

    _name = "retail.message.mixin"
    _description = "Customers are told of it"

    def _tell_customer(self, code):
        for document in self:
            self.env["retail.message"]._tell(code, document)

    def _told_customer(self, code):
        """Those of which the customer has been told, or has not been for a reason that is on record."""
        rule = self.env["retail.message.rule"]._of(code)
        domain = [("rule_id", "=", rule.id), ("res_model", "=", self._name), ("res_id", "in", self.ids)]
        told = self.env["retail.message"].sudo().search(domain).mapped("res_id")
        return self.filtered(lambda document: document.id in told)

    def _message_customer(self):
        """Who is told: the person, or the company when only that has an address."""
        partner = self._message_order().partner_id
        return partner if partner.email else partner.commercial_partner_id

    def _message_channel(self):
        """'web', 'order' or 'store': where the sale was made."""
        order = self._message_order()
        # The field is website_sale's, which not every tenant has.
        return "web" if "website_id" in order._fields and order.website_id else "order"

    def _message_order(self):
        return self.sale_id

    def _message_began(self):
        """When the whole began, in UTC."""
        return self._message_order().create_date

    def _message_warehouse(self):
        """The store that looks after it."""
        return self.warehouse_id
