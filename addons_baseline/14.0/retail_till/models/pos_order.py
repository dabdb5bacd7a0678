from odoo import api, models


class PosOrder(models.Model):
    _inherit = "pos.order"

    @api.model
    def create_from_ui(self, orders, draft=False):
        """Record each sale of a till once; whoever sends it again is given the id that it has."""
        recorded, known = [], self.browse()
        for order in orders:
            receipt = self.env["retail.till.receipt"]._take(order["data"], draft)
            if receipt._has_settled():
                known |= receipt.order_id
            else:
                saved = super().create_from_ui([{**order, "data": receipt._for_core(order["data"])}], draft)
                receipt._settle(saved[0]["id"], order["data"], draft)
                recorded += saved
        known -= self.browse([saved["id"] for saved in recorded])
        return recorded + known.read(["id", "pos_reference"])


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    @api.model
    def _order_line_fields(self, line, session_id=None):
        """Number the line as core does, which asks the database for each of them whether the session is there."""
        session = self.env["pos.session"].browse(session_id)
        if line and session and "name" not in line[2] and session.config_id.sequence_line_id:
            line[2]["name"] = session.config_id.sequence_line_id._next()
        return super()._order_line_fields(line, session_id)
