from odoo import api, fields, models

# What open sessions have sold, and core moves when they are closed: all but what is invoiced where stock is valued
# in Anglo-Saxon manner, because such an order has had its own transfer. Open sessions are found first, by core's
# index of states, and not among all that a till has had: so it does not grow with history.
SOLD = """
    WITH session AS MATERIALIZED (
        SELECT id, config_id FROM pos_session
         WHERE state IN ('opening_control', 'opened', 'closing_control') AND update_stock_at_closing
    )
    SELECT line.product_id, sum(line.qty)
      FROM session
      JOIN pos_config till ON till.id = session.config_id
      JOIN stock_picking_type operation ON operation.id = till.picking_type_id
      JOIN stock_location source ON source.id = operation.default_location_src_id
      JOIN pos_order sale ON sale.session_id = session.id
      JOIN res_company company ON company.id = sale.company_id
      JOIN pos_order_line line ON line.order_id = sale.id
      JOIN product_product product ON product.id = line.product_id
      JOIN product_template template ON template.id = product.product_tmpl_id
     WHERE (%(place)s IS NULL OR source.parent_path LIKE (
               SELECT parent_path || '%%' FROM stock_location WHERE id = %(place)s))
       AND sale.state IN ('paid', 'invoiced') AND (company.anglo_saxon_accounting AND sale.to_invoice) IS NOT TRUE
       AND (%(since)s IS NULL OR sale.write_date >= %(since)s::timestamp)
       AND (%(products)s IS NULL OR line.product_id = ANY(%(products)s::integer[]))
       AND line.qty > 0 AND template.type = 'product'
  GROUP BY line.product_id
"""
# What it reads has to be in the database.
READ = {
    "pos.session": ["state", "config_id", "update_stock_at_closing"],
    "pos.config": ["picking_type_id"],
    "stock.picking.type": ["default_location_src_id"],
    "stock.location": ["parent_path"],
    "pos.order": ["session_id", "company_id", "state", "to_invoice", "write_date"],
    "res.company": ["anglo_saxon_accounting"],
    "pos.order.line": ["order_id", "product_id", "qty"],
    "product.product": ["product_tmpl_id"],
    "product.template": ["type"],
}


class PosSession(models.Model):
    _inherit = "pos.session"

    def till_contact(self, device, pending, oldest_seconds):
        """A till reports: what calls itself `device` holds `pending` paid sales that it could not send yet.

        `oldest_seconds` is how long ago the oldest of them was, by the till's own clock, so that it may be wrong.
        Called by the till's page every minute.
        """
        self.ensure_one()
        self.check_access_rights("read")
        self.check_access_rule("read")
        self.env["retail.till.contact"]._hear(self, device, pending, oldest_seconds, fields.Datetime.now())
        return True

    @api.model
    def _sold_not_moved(self, place=None, products=None, since=None):
        """By product id, in the product's own unit: what tills have sold that is still on hand in Odoo's books.

        `place`: only what leaves this location or one below it; `products`: only these; `since`: only of orders
        recorded or changed since. What customers brought back is left out: until the session is closed nobody
        knows where it goes, and then it may wait for an inspection.
        """
        for model, names in READ.items():
            self.env[model].flush(names)
        self.env.cr.execute(
            SOLD,
            {
                "place": None if place is None else place.id or 0,
                "products": None if products is None else products.ids,
                "since": since,
            },
        )
        return dict(self.env.cr.fetchall())
