"""What happens once, when the addon arrives in a shop that has traded before."""

from odoo import SUPERUSER_ID, api


def post_init_hook(cr, _registry):
    """Every warehouse gets its place for returns. What was refunded stays, and what is on its way may arrive."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["stock.warehouse"].with_context(active_test=False).search([("id", "!=", 0)])._make_return_location()
    cr.execute("UPDATE account_move SET return_free = true WHERE move_type = 'out_refund' AND state = 'posted'")
    env["retail.grandfathered"]._add("retail_returns", "account.move", cr.rowcount)
    cr.execute(
        """
        UPDATE stock_picking picking SET return_free = true
          FROM stock_location source
         WHERE source.id = picking.location_id AND source.usage = 'customer'
           AND picking.state NOT IN ('done', 'cancel')
        """
    )
    env["retail.grandfathered"]._add("retail_returns", "stock.picking", cr.rowcount)
    cr.execute(
        """
        UPDATE stock_move move SET return_free_quantity = move.product_qty
          FROM stock_picking picking
         WHERE picking.id = move.picking_id AND picking.return_free AND move.state != 'cancel'
        """
    )
    env.cache.invalidate()
