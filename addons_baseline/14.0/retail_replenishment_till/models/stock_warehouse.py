from odoo import models


class Warehouse(models.Model):
    _inherit = "stock.warehouse"

    def _gone_not_moved(self):
        """What tills have sold in sessions that are open is on hand until these are closed."""
        gone = super()._gone_not_moved()
        sold = self.env["pos.session"]._sold_not_moved(self.lot_stock_id)
        return {number: gone.get(number, 0.0) + sold.get(number, 0.0) for number in {*gone, *sold}}
