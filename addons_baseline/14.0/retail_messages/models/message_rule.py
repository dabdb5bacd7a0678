"""Which states customers are told of, in which words, and for which orders."""

from odoo import api, fields, models


class MessageRule(models.Model):
    """One state. `code` is how the documents name it; see message_mixin.py."""

    _name = "retail.message.rule"
    _description = "Message to customers"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True, readonly=True)
    name = fields.Char("State", required=True, translate=True)
    template_id = fields.Many2one("mail.template", required=True, ondelete="restrict")
    active = fields.Boolean(default=True)
    for_web = fields.Boolean("Web shop", default=True)
    for_order = fields.Boolean("Other orders", default=True)
    for_store = fields.Boolean("Tills", default=True)
    obligatory = fields.Boolean(
        help="Part of the contract, such as its confirmation: customers who want no messages get it, too."
    )
    since = fields.Datetime(
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="Of what began before, nobody is told: customers would hear of what they have known for long.",
    )

    _sql_constraints = [("code_unique", "unique(code)", "There is a message of this state already.")]

    def write(self, vals):
        if vals.get("active"):
            # What happened while it was off stays untold.
            self.filtered(lambda rule: not rule.active).write({"since": fields.Datetime.now()})
        return super().write(vals)

    @api.model
    def _of(self, code):
        """The rule of a state, or an empty record when nobody is told of it."""
        return self.sudo().search([("code", "=", code), ("active", "=", True)], limit=1)

    def _speaks_of(self, document):
        """Whether the customer of this document is told, unless he refuses."""
        return self[f"for_{document._message_channel()}"] and document._message_began() > self.since
