"""How fast and how punctually customers get what they ordered."""

from odoo import fields, models


class LeadTime(models.Model):
    """One row for each delivery of an order, of a year."""

    _name = "retail.kpi.lead.time"
    _inherit = "retail.kpi"
    _description = "Speed of deliveries"
    _auto = False
    _order = "date desc, id"
    _shares = {"punctual": ("on_time", ("deliveries",))}

    picking_id = fields.Many2one("stock.picking", "Delivery", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    date = fields.Datetime("Sent on", readonly=True)
    deliveries = fields.Integer(readonly=True)
    on_time = fields.Integer(readonly=True)
    punctual = fields.Float("On time %", readonly=True, group_operator="avg")
    hours = fields.Float("Hours from order to dispatch", readonly=True, group_operator="avg")

    def init(self):
        result = super().init()
        # What was sent before that year is not looked at.
        self.env.cr.execute(
            "CREATE INDEX IF NOT EXISTS retail_kpi_lead_time_sent"
            " ON stock_picking (date_done) WHERE state = 'done'"
        )
        return result

    def _query(self):
        return """
            SELECT picking.id, picking.id AS picking_id, picking.company_id, kind.warehouse_id, picking.partner_id,
                   picking.date_done AS date, 1 AS deliveries,
                   CASE WHEN picking.date_done <= COALESCE(picking.date_deadline, picking.date_done)
                        THEN 1 ELSE 0 END AS on_time,
                   CASE WHEN picking.date_done <= COALESCE(picking.date_deadline, picking.date_done)
                        THEN 100 ELSE 0 END AS punctual,
                   EXTRACT(EPOCH FROM picking.date_done - sale.date_order) / 3600 AS hours
            FROM stock_picking picking
            JOIN stock_picking_type kind ON kind.id = picking.picking_type_id
            JOIN sale_order sale ON sale.id = picking.sale_id
            WHERE kind.code = 'outgoing' AND picking.state = 'done'
              AND picking.date_done > (now() AT TIME ZONE 'UTC') - interval '1 year'
        """
