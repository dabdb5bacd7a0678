"""What a customer was told: once for each state of each document, and on record."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError

NOT_SENT = ("failed", "no_address")
# Whoever comes second waits here for the first. When that one commits, there is a conflict, Odoo begins the second
# again as it does on conflicts, and the row is found.
CLAIM = """
    INSERT INTO retail_message (rule_id, res_model, res_id, document, partner_id, warehouse_id, company_id, state,
                                create_uid, create_date, write_uid, write_date)
    VALUES (%(rule)s, %(model)s, %(id)s, %(document)s, %(partner)s, %(warehouse)s, %(company)s, 'queued',
            %(uid)s, %(now)s, %(uid)s, %(now)s)
    ON CONFLICT (rule_id, res_model, res_id) DO NOTHING
    RETURNING id
"""


class Message(models.Model):
    _name = "retail.message"
    _inherit = "retail.sealed.mixin"
    _description = "Message to a customer"
    _order = "id desc"
    _rec_name = "document"

    rule_id = fields.Many2one("retail.message.rule", "Told of", required=True, ondelete="restrict")
    res_model = fields.Char("Model", required=True)
    res_id = fields.Many2oneReference("Document number", model_field="res_model", required=True)
    document = fields.Char()
    partner_id = fields.Many2one("res.partner", "Customer", index=True, ondelete="cascade")
    warehouse_id = fields.Many2one("stock.warehouse", "Store", index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", index=True, ondelete="cascade")
    state = fields.Selection(
        [
            ("queued", "Sent"),
            ("refused", "Customer wants none"),
            ("no_address", "No address"),
            ("failed", "Failed"),
        ],
        required=True,
        index=True,
    )
    error = fields.Char()
    mail_id = fields.Many2one("mail.mail", index=True, ondelete="set null")
    mail_state = fields.Selection(related="mail_id.state", string="State of the mail")
    not_sent = fields.Boolean("Did not go out", compute="_compute_not_sent", search="_search_not_sent")

    _sql_constraints = [("once", "unique(rule_id, res_model, res_id)", "The customer has been told of this.")]

    def init(self):
        # The list of what did not go out asks for them, among all mails that there ever were.
        self.env.cr.execute(
            "CREATE INDEX IF NOT EXISTS retail_message_refused_mail ON mail_mail (id) WHERE state = 'exception'"
        )

    @api.depends("state", "mail_state")
    def _compute_not_sent(self):
        for message in self:
            message.not_sent = message.state in NOT_SENT or message.mail_state == "exception"

    @api.model
    def _search_not_sent(self, operator, value):
        """As superuser: who looks for it has no right to mails."""
        mails = self.env["mail.mail"].sudo().search([("state", "=", "exception")])
        not_sent = ["|", ("state", "in", NOT_SENT), ("mail_id", "in", mails.ids)]
        return not_sent if bool(value) == (operator == "=") else ["!", *not_sent]

    @api.model
    def _tell(self, code, document):
        """Put a message into the mail queue, in this transaction, unless there was one."""
        rule = self.env["retail.message.rule"]._of(code)
        if rule and rule._speaks_of(document):
            for message in self.sudo()._claim(rule, document.sudo()):
                message._queue()

    @api.model
    def _claim(self, rule, document):
        """The new record, or an empty one when the customer has been told already."""
        values = {
            "rule": rule.id,
            "model": document._name,
            "id": document.id,
            "document": document.display_name,
            "partner": document._message_customer().id or None,
            "warehouse": document._message_warehouse().id or None,
            "company": document.company_id.id or None,
            "uid": self.env.uid,
            "now": fields.Datetime.now(),
        }
        self.env.cr.execute(CLAIM, values)
        return self.browse(row[0] for row in self.env.cr.fetchall())

    def _queue(self):
        """State and mail by what is known of the customer now."""
        values = self._outcome()
        guard.passing(self).write({"error": False, **values})

    def _outcome(self):
        """A template is written by people: one that cannot be filled in must not hold up the sale."""
        if self.partner_id.messages_refused and not self.rule_id.obligatory:
            return {"state": "refused"}
        if not self.partner_id.email:
            return {"state": "no_address"}
        try:
            with self.env.cr.savepoint():
                return {"state": "queued", "mail_id": self._make_mail().id}
        except (UserError, ValueError) as error:
            return {"state": "failed", "error": str(error)}

    def _make_mail(self):
        template = self.rule_id.template_id.with_context(lang=self.partner_id.lang)
        number = template.send_mail(self.res_id, email_values={"recipient_ids": [(6, 0, self.partner_id.ids)]})
        mail = self.env["mail.mail"].browse(number)
        if not (mail.subject and mail.body_html):
            # What Odoo makes of a template that it cannot read.
            raise UserError(_("The template %s has errors. Correct it, and send this again.", template.name))
        return mail

    def action_send_again(self):
        """What did not go out, after its cause was removed."""
        for message in self:
            document = self.env[message.res_model].browse(message.res_id).exists()
            document.check_access_rights("write")
            document.check_access_rule("write")
            sent = message.state == "queued" and message.sudo().mail_state != "exception"
            if sent or not document:
                raise UserError(_("%s needs no other message.", message.document))
            message.sudo()._queue()
