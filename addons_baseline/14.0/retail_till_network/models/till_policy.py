from odoo import models


class TillPolicy(models.Model):
    _inherit = "retail.till.policy"

    def _hours_of(self, till):
        """A policy that names none has those of the store that the till sells from."""
        return super()._hours_of(till) or till.sudo().picking_type_id.warehouse_id.retail_calendar_id
