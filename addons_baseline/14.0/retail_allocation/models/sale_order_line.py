from odoo import models

from .sale_order import sum_by_product


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _outstanding(self, previous_quantities=False):
        """By product, in its own unit: what these lines take from stock and is not on its way yet."""
        pairs = []
        for line in self.filtered(lambda line: line.product_id.type == "product" and not line._is_to_order()):
            missing = line.product_uom_qty - line._get_qty_procurement(previous_quantities)
            if missing > 0:
                product = line.product_id
                pairs.append((product, line.product_uom._compute_quantity(missing, product.uom_id)))
        return sum_by_product(pairs)

    def _is_to_order(self):
        """Made or bought for this order. Core's `is_mto` knows that only until it is confirmed."""
        product, warehouse = self.product_id, self.order_id.warehouse_id.sudo()
        routes = (self.route_id or product.route_ids + product.categ_id.total_route_ids).sudo()
        if warehouse.mto_pull_id.route_id & routes:
            return True
        usages = [(rule.action, rule.location_src_id.usage, rule.location_id.usage) for rule in routes.rule_ids]
        return any(to == "customer" and (action == "buy" or source == "supplier") for action, source, to in usages)

    def _action_launch_stock_rule(self, previous_product_uom_qty=False):
        """Everything that is delivered comes through here: a confirmed order, a line more, a higher quantity."""
        orders = self.order_id
        for order in orders:
            lines = self.filtered_domain([("order_id", "=", order.id), ("state", "=", "sale")])
            order._claim_stock(lines._outstanding(previous_product_uom_qty))
        launched = super()._action_launch_stock_rule(previous_product_uom_qty=previous_product_uom_qty)
        # From now on the moves say it.
        self.env["retail.stock.hold"]._of(orders)._end()
        return launched

    def _prepare_procurement_values(self, group_id=False):
        values = super()._prepare_procurement_values(group_id)
        channel = self.order_id.retail_channel_id.sudo()
        if channel:
            values["retail_channel_id"] = channel.id
            values["priority"] = channel.priority
        return values
