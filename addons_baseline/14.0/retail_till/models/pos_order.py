from odoo import api, models


class PosOrder(models.Model):
    _inherit = "pos.order"

    @api.model
    def create_from_ui(self, orders, draft=False):
        """Record each sale of a till once; whoever sends it again is given the id that it has."""
        recorded = []
        for order in orders:
            receipt = self.env["retail.till.receipt"]._take(order["data"], draft)
            if not receipt._has_settled():
                [saved] = super().create_from_ui([{**order, "data": receipt._for_core(order["data"])}], draft)
                receipt._settle(saved["id"], order["data"], draft)
            recorded.append(receipt.order_id.id)
        return self.search_read([("id", "in", recorded)], ["id", "pos_reference"])
