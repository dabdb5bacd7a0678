"""Core's wizard makes returns from customers that nobody authorised."""

from odoo import _, models
from odoo.exceptions import UserError


class StockReturnPicking(models.TransientModel):
    _inherit = "stock.return.picking"

    def _create_returns(self):
        if self.picking_id.location_dest_id.usage == "customer":
            raise UserError(
                _("What a customer brings back is entered under Retail > Work > Returns, with its reason.")
            )
        return super()._create_returns()
