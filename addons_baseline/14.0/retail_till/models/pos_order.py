from odoo import api, fields, models


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

    @api.model
    def _order_fields(self, ui_order):
        self._number_lines(ui_order)
        return super()._order_fields(ui_order)

    @api.model
    def _number_lines(self, ui_order):
        """Number the lines as core does, but all at once: core asks the database twice for each of them."""
        unnumbered = [values for _command, _id, values in ui_order["lines"] or [] if "name" not in values]
        sequence = self.env["pos.session"].browse(ui_order["pos_session_id"]).config_id.sequence_line_id
        if unnumbered and sequence.implementation == "standard" and not sequence.use_date_range:
            self.env.cr.execute(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                [f"ir_sequence_{sequence.id:03}", len(unnumbered)],
            )
            prefix, suffix = sequence._get_prefix_suffix()
            for values, (number,) in zip(unnumbered, self.env.cr.fetchall()):
                values["name"] = f"{prefix}{number:0{sequence.padding}}{suffix}"


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    # Core reads the lines of an order in all lines there have ever been.
    order_id = fields.Many2one(index=True)
