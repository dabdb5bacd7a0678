"""Sales at tills as a channel of the gross margin."""

from odoo import fields, models
from odoo.addons.retail_kpi.models.figures import COSTS

# A till's sale does not keep what it cost: the average cost of coming in stands for it.
TILLS = f"""
    SELECT sale.date_order::date AS date, 'till' AS channel, line.product_id, sale.company_id, kind.warehouse_id,
           line.qty AS quantity, line.qty * COALESCE(costs.cost, 0) AS cost,
           line.price_subtotal / COALESCE(NULLIF(sale.currency_rate, 0), 1) AS revenue
    FROM pos_order_line line
    JOIN pos_order sale ON sale.id = line.order_id
    JOIN pos_session session ON session.id = sale.session_id
    JOIN pos_config config ON config.id = session.config_id
    JOIN stock_picking_type kind ON kind.id = config.picking_type_id
    LEFT JOIN ({COSTS}) costs ON costs.product_id = line.product_id AND costs.company_id = sale.company_id
    WHERE sale.state IN ('paid', 'done', 'invoiced')
      AND sale.date_order > (now() AT TIME ZONE 'UTC') - interval '1 year'
"""  # noqa: S608


class Margin(models.Model):
    _inherit = "retail.kpi.margin"

    channel = fields.Selection(selection_add=[("till", "Tills")])

    def _sales(self):
        return [*super()._sales(), TILLS]
