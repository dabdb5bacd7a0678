"""An order that was delivered, somebody who sells, a manager of all, an inspector, an approver."""

from odoo.addons.retail_base.tests.products import sellable
from odoo.tests import SavepointCase, new_test_user


class ShopMixin:
    @classmethod
    def set_up_shop(cls):
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.warehouse = cls.env["stock.warehouse"].create({"name": "Rue Haute", "code": "HAUTE"})
        cls.shelf, cls.waiting = cls.warehouse.lot_stock_id, cls.warehouse.return_location_id
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.seller = new_test_user(cls.env, "sarah", groups="sales_team.group_sale_salesman_all_leads")
        cls.manager = new_test_user(
            cls.env,
            "marc",
            groups="stock.group_stock_manager,sales_team.group_sale_manager,account.group_account_manager",
        )
        cls.inspector = new_test_user(cls.env, "ines", groups="retail_returns.group_return_inspector")
        cls.boss = new_test_user(cls.env, "bert", groups="retail_returns.group_return_approver")
        cls.policy = cls.env.ref("retail_returns.policy_default")
        cls.reason = cls.env.ref("retail_returns.reason_mind")
        cls.customer = cls.env["res.partner"].create({"name": "Mia"})
        cls.coat = cls.product("Coat", 40.0)
        cls.order, cls.delivery = cls.deliver(cls.coat, 5)

    @classmethod
    def product(cls, name, price, **values):
        values = {"name": name, "type": "product", "list_price": price, "taxes_id": [(5,)], **values}
        product = sellable(cls.env["product.product"].create({**values, "invoice_policy": "order"}))
        if product.tracking == "none":
            cls.env["stock.quant"]._update_available_quantity(product, cls.shelf, 100)
        return sellable(product)

    @classmethod
    def deliver(cls, product, units, discount=0.0):
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "warehouse_id": cls.warehouse.id,
                "order_line": [
                    (0, 0, {"product_id": product.id, "product_uom_qty": units, "price_unit": product.lst_price,
                            "discount": discount}),
                ],
            }
        )  # fmt: skip
        order.action_confirm()
        picking = order.picking_ids
        for move in picking.move_lines:
            move.quantity_done = units
        picking._action_done()
        return order, picking

    def make(self, units=1.0, user=None, **values):
        move = (values.pop("delivery", None) or self.delivery).move_lines
        line = {
            "move_id": move.id,
            "product_id": move.product_id.id,
            "quantity": units,
            "reason_id": self.reason.id,
        }
        line.update(values.pop("line", {}))
        return (
            self.env["retail.return"]
            .with_user(user or self.seller)
            .create(
                {
                    "partner_id": self.customer.id,
                    "picking_id": move.picking_id.id,
                    "warehouse_id": self.warehouse.id,
                    "line_ids": [(0, 0, line)],
                    **values,
                }
            )
        )

    def approve(self, document):
        document.with_user(self.boss).action_approval_approve()

    def coming(self, document):
        return document.incoming_ids.filtered(lambda each: each.location_id == self.customers)

    def receive(self, document, units=None):
        picking = self.coming(document).filtered(lambda each: each.state != "done").with_user(self.manager)
        for move in picking.move_lines:
            move.quantity_done = move.product_uom_qty if units is None else units
        picking._action_done()

    def released(self, units=1.0, **values):
        document = self.make(units, **values)
        document.action_approval_submit()
        if document.approval_state == "pending":
            self.approve(document)
        self.receive(document)
        if document.state == "received":
            document.with_user(self.inspector).line_ids.write({"condition": "sellable"})
            document.with_user(self.inspector).action_inspected()
        return document

    def at(self, location, product=None):
        return (product or self.coat).with_context(location=location.id).qty_available

    def credit_note(self, amount, user=None, **values):
        return (
            self.env["account.move"]
            .with_user(user or self.manager)
            .create(
                {
                    "move_type": "out_refund",
                    "partner_id": self.customer.id,
                    "invoice_line_ids": [
                        (0, 0, {"name": "Back", "quantity": 1, "price_unit": amount, "tax_ids": [(5,)]}),
                    ],
                    **values,
                }
            )
        )


class ShopCase(ShopMixin, SavepointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_shop()
