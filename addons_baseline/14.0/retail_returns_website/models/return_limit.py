from odoo import _, api, fields, models
from odoo.exceptions import ValidationError


class ReturnLimit(models.Model):
    _inherit = "retail.return.limit"

    open_online = fields.Integer(
        "Open requests online",
        default=5,
        help="So many requests of one customer may wait for an answer. 0: nobody asks on the website.",
    )

    @api.constrains("open_online")
    def _check_open_online(self):
        if any(each.open_online < 0 for each in self):
            raise ValidationError(_("Open requests cannot be fewer than none. Enter 0 to switch the form off."))
