from datetime import timedelta

from odoo import fields
from odoo.addons.retail_base.tests.products import sellable
from odoo.tests import SavepointCase, new_test_user


class MessageCase(SavepointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["retail.message.rule"].with_context(active_test=False).search([])
        # Installed a moment ago, and so perhaps in the same second.
        cls.rules.write({"since": fields.Datetime.now() - timedelta(days=1)})
        cls.customer = cls.env["res.partner"].create({"name": "Mia Muster", "email": "mia@shop.example"})
        cls.seller = new_test_user(
            cls.env, "seller", groups="sales_team.group_sale_salesman_all_leads,stock.group_stock_user"
        )
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.env.company.id)], limit=1)
        cls.product = cls.env["product.product"].create({"name": "Lamp", "type": "product", "list_price": 20.0})
        sellable(cls.product)
        cls.env["stock.quant"]._update_available_quantity(cls.product, cls.warehouse.lot_stock_id, 100)

    @classmethod
    def rule(cls, code):
        return cls.rules.filtered(lambda rule: rule.code == code)

    def order(self, **values):
        line = (0, 0, {"product_id": self.product.id, "product_uom_qty": 2})
        values = {
            "partner_id": self.customer.id,
            "warehouse_id": self.warehouse.id,
            "order_line": [line],
            **values,
        }
        return self.env["sale.order"].with_user(self.seller).create(values)

    def confirmed(self, **values):
        order = self.order(**values)
        order.action_confirm()
        return order

    def deliver(self, picking, quantity=2):
        for move in picking.move_lines:
            move.quantity_done = quantity
        picking._action_done()

    def told(self, documents):
        """What customers were told of these documents, by code and in the order of time."""
        domain = [("res_model", "=", documents._name), ("res_id", "in", documents.ids)]
        return self.env["retail.message"].search(domain, order="id").mapped("rule_id.code")

    def message(self, document):
        return self.env["retail.message"].search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)], limit=1
        )
