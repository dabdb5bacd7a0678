"""A product of its own and moves of it, so that whatever else is in the shop does not matter."""

from datetime import timedelta

from odoo import fields
from odoo.tests import SavepointCase, new_test_user


class BoardCase(SavepointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        cls.emil = new_test_user(cls.env, "emil", groups="retail_exceptions.group_exceptions")
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1)
        cls.stock = cls.warehouse.lot_stock_id
        cls.vendors = cls.env.ref("stock.stock_location_suppliers")
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.partner = cls.env["res.partner"].create({"name": "Weber"})
        cls.lamp = cls.env["product.product"].create(
            {"name": "Lamp", "type": "product", "standard_price": 10.0, "list_price": 25.0, "taxes_id": [(5,)]}
        )

    def detector(self, code):
        return self.env["retail.detector"].with_context(active_test=False).search([("code", "=", code)])

    def found(self, code):
        """Open exceptions of this detector about the lamp or Weber, after it has run."""
        detector = self.detector(code)
        detector._detect()
        self.assertFalse(detector.error)
        return detector.exception_ids.filtered(lambda each: each.state == "open" and self.is_mine(each))

    def is_mine(self, found):
        return self.lamp in found.product_id or self.partner in found.partner_id

    def move_goods(self, quantity, source, target, picking=None):
        move = self.env["stock.move"].create(
            {
                "name": "Lamp",
                "product_id": self.lamp.id,
                "product_uom": self.lamp.uom_id.id,
                "product_uom_qty": quantity,
                "location_id": source.id,
                "location_dest_id": target.id,
                "picking_id": picking and picking.id,
            }
        )
        move._action_confirm(merge=False)
        move.quantity_done = quantity
        move._action_done()
        return move

    def transfer(self, kind, source, target, quantity=2):
        move = {
            "name": "Lamp",
            "product_id": self.lamp.id,
            "product_uom": self.lamp.uom_id.id,
            "product_uom_qty": quantity,
            "location_id": source.id,
            "location_dest_id": target.id,
        }
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": kind.id,
                "partner_id": self.partner.id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "move_lines": [(0, 0, move)],
            }
        )
        picking.action_confirm()
        return picking

    def ago(self, **time):
        return fields.Datetime.now() - timedelta(**time)
