"""Ten lamps ordered for 20 each, received as a test says, and a bill for them."""

from odoo import fields
from odoo.tests import SavepointCase, new_test_user


class BillCase(SavepointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.bills = cls.env["account.move"].with_context(default_move_type="in_invoice")
        cls.tolerances = cls.env["retail.bill.tolerance"]
        cls.lights = cls.env["product.category"].create({"name": "Lights"})
        cls.lamps = cls.env["product.category"].create({"name": "Lamps", "parent_id": cls.lights.id})
        cls.lamp = cls.product("Lamp", categ_id=cls.lamps.id)
        cls.freight = cls.product("Freight", type="service")
        cls.vendor = cls.env["res.partner"].create({"name": "Lamp Works"})
        cls.other_vendor = cls.env["res.partner"].create({"name": "Shade Works"})
        cls.buyer = new_test_user(cls.env, "test_buyer", groups="purchase.group_purchase_manager")
        groups = "account.group_account_manager,purchase.group_purchase_manager"
        cls.clerk = new_test_user(cls.env, "test_clerk", groups=groups)
        cls.boss = new_test_user(cls.env, "test_boss", groups="retail_bill_match.group_bill_release")

    @classmethod
    def product(cls, name, **values):
        values = {"type": "product", "purchase_method": "receive", "taxes_id": False, **values}
        return cls.env["product.product"].create({"name": name, "supplier_taxes_id": False, **values})

    def order(self, quantity=10, price=20.0, received=None, product=None, **values):
        """Confirmed, and all or so much of it received."""
        product = product or self.lamp
        line = {
            "name": product.name,
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_qty": quantity,
            "price_unit": price,
            "date_planned": fields.Datetime.now(),
        }
        values = {"partner_id": self.vendor.id, "user_id": self.buyer.id, **values}
        order = self.env["purchase.order"].create({**values, "order_line": [(0, 0, line)]})
        order.button_confirm()
        self.receive(order, quantity if received is None else received)
        return order

    def receive(self, order, quantity):
        moves = order.picking_ids.move_lines.filtered(lambda move: move.state != "done")
        if quantity and moves:
            moves.quantity_done = quantity
            moves.picking_id.with_context(cancel_backorder=False)._action_done()

    def line(self, order, quantity=10, price=20.0, **values):
        order_line = order.order_line
        return {
            "name": order_line.name,
            "product_id": order_line.product_id.id,
            "product_uom_id": order_line.product_uom.id,
            "quantity": quantity,
            "price_unit": price,
            "tax_ids": [(5, 0, 0)],
            "purchase_line_id": order_line.id,
            **values,
        }

    def bill(self, *lines, **values):
        values = {"partner_id": self.vendor.id, "invoice_date": fields.Date.today(), **values}
        lines = [(0, 0, line) for line in lines]
        return self.bills.with_user(self.clerk).create({**values, "invoice_line_ids": lines})

    def too_dear(self):
        return self.bill(self.line(self.order(), price=21.0))

    def tolerate(self, **values):
        return self.tolerances.create(values)

    def release(self, bill, reason="Express"):
        action = bill.action_ask_release()
        releases = self.env[action["res_model"]].with_user(self.clerk).with_context(**action["context"])
        release = releases.browse(action["res_id"]) or releases.create({"reason": reason})
        release.action_approval_submit()
        return release
