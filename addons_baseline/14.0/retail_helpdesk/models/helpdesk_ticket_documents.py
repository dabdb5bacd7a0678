"""What a ticket is about: the order, the sale at a till."""

import re

from odoo import api, fields, models
from odoo.tools import html2plaintext

# Newest documents of a customer among which a number is looked for.
RECENT = 50
NUMBER = re.compile(r"[\w/-]*\d[\w/-]*")


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"  # pylint: disable=consider-merging-classes-inherited # a subject of its own

    sale_id = fields.Many2one("sale.order", "Order", index=True, copy=False, ondelete="set null")
    pos_order_id = fields.Many2one("pos.order", "Till sale", index=True, copy=False, ondelete="set null")

    @api.model
    def _documents(self):
        """Fields that say what a ticket is about, each with the field of the document that holds its number."""
        return {"sale_id": "name", "pos_order_id": "pos_reference"}

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        for ticket in tickets.sudo():
            ticket._find_documents()
        return tickets

    def _find_documents(self):
        """The customer's own documents whose number is in the title or the text.

        Nobody else's: a number is easily guessed, and whoever answers would tell about a stranger's order.
        """
        self.ensure_one()
        customer = self.partner_id.commercial_partner_id
        numbers = set(NUMBER.findall(f"{self.name} {html2plaintext(self.description or '')}".upper()))
        if not customer or not numbers:
            return
        for name, number in self._documents().items():
            if not self[name]:
                self[name] = self._newest(name, customer).filtered(
                    lambda each, number=number: (each[number] or "-").upper().split()[-1] in numbers
                )[:1]

    def _newest(self, name, customer):
        domain = [("partner_id.commercial_partner_id", "=", customer.id), ("company_id", "=", self.company_id.id)]
        return self.env[self._fields[name].comodel_name].search(domain, order="id desc", limit=RECENT)
