"""Returns that a customer has asked for on the website, and what is told about them there."""

from odoo import _, api, fields, models


class RetailReturn(models.Model):
    _inherit = "retail.return"

    asked_online = fields.Boolean("Asked for on the website", readonly=True, copy=False, index=True)

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"asked_online"}

    @api.depends("asked_online")
    def _compute_channel(self):
        online = self.filtered("asked_online")
        online.channel = "web"
        return super(RetailReturn, self - online)._compute_channel()

    def _is_open_request(self):
        """Whether nobody of the shop has looked at it yet."""
        return self.asked_online and self.approval_state == "draft" and not self.approval_request_ids

    def _told_to_customer(self):
        """What becomes of it, as one sentence."""
        if self.approval_state == "rejected":
            return _("We cannot accept it. Write to us below if you have questions.")
        if self.approval_state == "approved":
            return self._told_of_goods()
        if self.approval_state == "draft" and self.approval_request_ids:
            return _("It was given up. Ask again if you want to return something.")
        return _("We have your request, and look at it.")

    def _told_of_goods(self):
        if self.state == "authorized":
            return _("Send the goods back, or bring them to a store, with the number %s in the parcel.", self.name)
        if self.state == "received":
            return _("The goods have arrived, and we look at them.")
        if "posted" in self.refund_ids.mapped("state"):
            return _("It is refunded.")
        return _("It is accepted. We refund it in the next days.")
