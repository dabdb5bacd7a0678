from odoo import fields, models


class PosSession(models.Model):
    _inherit = "pos.session"

    def till_contact(self, device, pending, oldest_seconds):
        """A till reports: what calls itself `device` holds `pending` paid sales that it could not send yet.

        `oldest_seconds` is how long ago the oldest of them was, by the till's own clock, so that it may be wrong.
        Called by the till's page every minute.
        """
        self.ensure_one()
        self.check_access_rights("read")
        self.check_access_rule("read")
        self.env["retail.till.contact"]._hear(self, device, pending, oldest_seconds, fields.Datetime.now())
        return True
