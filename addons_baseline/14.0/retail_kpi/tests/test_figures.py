from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import SavepointCase, new_test_user, tagged


class FiguresCase(SavepointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.frida = new_test_user(cls.env, "frida", groups="retail_kpi.group_figures")
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.ref("base.main_company").id)], limit=1
        )
        cls.stock = cls.warehouse.lot_stock_id
        cls.vendors = cls.env.ref("stock.stock_location_suppliers")
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.category = cls.env["product.category"].create({"name": "Lamps"})
        cls.lamp, cls.bulb = cls.product("Lamp"), cls.product("Bulb")

    @classmethod
    def product(cls, name):
        values = {"name": name, "type": "product", "standard_price": 10.0, "list_price": 25.0}
        return cls.env["product.product"].create({**values, "taxes_id": [(5,)], "categ_id": cls.category.id})

    def move_goods(self, product, quantity, source, target, days=0):
        move = self.env["stock.move"].create(
            {
                "name": product.name,
                "product_id": product.id,
                "product_uom": product.uom_id.id,
                "product_uom_qty": quantity,
                "location_id": source.id,
                "location_dest_id": target.id,
            }
        )
        move._action_confirm(merge=False)
        move.quantity_done = quantity
        move._action_done()
        move.date = fields.Datetime.now() - timedelta(days=days)
        return move

    def figures(self, model):
        self.env["base"].flush()
        figures = self.env[model].with_user(self.frida)
        figures.invalidate_cache()
        return figures.search([("categ_id", "=", self.category.id)])

    def group(self, model, measures, groupby="categ_id"):
        self.env["base"].flush()
        domain = [("categ_id", "=", self.category.id)]
        [row] = self.env[model].with_user(self.frida).read_group(domain, measures, [groupby])
        return row

    def sale(self, product, quantity, price):
        line = {"product_id": product.id, "product_uom_qty": quantity, "price_unit": price}
        partner = self.env["res.partner"].create({"name": "Weber"})
        order = self.env["sale.order"].create({"partner_id": partner.id, "order_line": [(0, 0, line)]})
        order.action_confirm()
        order.picking_ids.move_lines.quantity_done = quantity
        order.picking_ids._action_done()
        return order


@tagged("post_install", "-at_install")
class TestFigures(FiguresCase):
    def test_sell_through(self):
        self.move_goods(self.lamp, 10, self.vendors, self.stock)
        self.move_goods(self.lamp, 4, self.stock, self.customers)
        self.move_goods(self.lamp, 1, self.customers, self.stock)
        row = self.figures("retail.kpi.sell.through")
        self.assertEqual((row.received, row.sold, row.on_hand), (10, 3, 7))
        self.assertEqual((row.sell_through, row.warehouse_id), (30, self.warehouse))

    def test_what_was_sold_long_ago_does_not_count(self):
        self.move_goods(self.lamp, 10, self.vendors, self.stock, days=91)
        self.move_goods(self.lamp, 4, self.stock, self.customers, days=91)
        row = self.figures("retail.kpi.sell.through")
        self.assertEqual((row.received, row.sold, row.on_hand, row.sell_through), (0, 0, 6, 0))

    def test_transfers_between_stores_sell_nothing(self):
        self.move_goods(self.lamp, 10, self.vendors, self.stock)
        self.move_goods(self.lamp, 4, self.stock, self.stock.copy({"name": "Shelf"}))
        row = self.figures("retail.kpi.sell.through")
        self.assertEqual((row.sold, row.on_hand), (0, 10))

    def test_shares_of_groups_are_of_their_sums(self):
        self.move_goods(self.lamp, 100, self.vendors, self.stock)
        self.move_goods(self.bulb, 1, self.vendors, self.stock)
        self.move_goods(self.bulb, 1, self.stock, self.customers)
        row = self.group("retail.kpi.sell.through", ["sell_through"])
        self.assertAlmostEqual(row["sell_through"], 100 / 101)

    def test_age_of_stock(self):
        self.move_goods(self.lamp, 4, self.vendors, self.stock)
        quant = self.env["stock.quant"]._gather(self.lamp, self.stock)
        for days, age in ((30, "1"), (31, "2"), (180, "3"), (365, "4"), (366, "5")):
            quant.in_date = fields.Datetime.now() - timedelta(days=days)
            row = self.figures("retail.kpi.stock.age")
            self.assertEqual((row.days, row.age), (days, age))
        self.assertEqual((row.quantity, row.value), (4, 40))

    def test_margin(self):
        self.move_goods(self.lamp, 10, self.vendors, self.stock)
        order = self.sale(self.lamp, 4, 25.0)
        row = self.figures("retail.kpi.margin")
        self.assertEqual((row.quantity, row.revenue, row.cost, row.margin, row.rate), (4, 100, 40, 60, 60))
        self.assertEqual((row.channel, row.warehouse_id), ("order", order.warehouse_id))
        self.sale(self.lamp, 1, 20.0)
        row = self.group("retail.kpi.margin", ["rate", "revenue"])
        self.assertEqual((row["revenue"], row["rate"]), (120, 100 * 70 / 120))

    def test_margin_in_another_unit(self):
        self.move_goods(self.lamp, 24, self.vendors, self.stock)
        dozen = self.env.ref("uom.product_uom_dozen")
        line = {"product_id": self.lamp.id, "product_uom_qty": 1, "price_unit": 240.0, "product_uom": dozen.id}
        partner = self.env["res.partner"].create({"name": "Weber"})
        order = self.env["sale.order"].create({"partner_id": partner.id, "order_line": [(0, 0, line)]})
        order.action_confirm()
        move = order.picking_ids.move_lines
        move.quantity_done = move.product_uom_qty
        order.picking_ids._action_done()
        row = self.figures("retail.kpi.margin")
        self.assertAlmostEqual(row.revenue, 240)
        self.assertAlmostEqual(row.cost, 120)

    def test_speed_of_deliveries(self):
        self.move_goods(self.lamp, 10, self.vendors, self.stock)
        order = self.sale(self.lamp, 1, 25.0)
        picking = order.picking_ids
        order.date_order = picking.date_done - timedelta(hours=5)
        picking.date_deadline = picking.date_done + timedelta(hours=1)
        self.env["base"].flush()
        late = self.sale(self.lamp, 1, 25.0).picking_ids
        late.date_deadline = late.date_done - timedelta(hours=1)
        mine = [("picking_id", "in", (picking | late).ids)]
        self.env["base"].flush()
        figures = self.env["retail.kpi.lead.time"].with_user(self.frida)
        self.assertAlmostEqual(figures.search([("picking_id", "=", picking.id)]).hours, 5)
        [row] = figures.read_group(mine, ["punctual", "deliveries"], ["warehouse_id"])
        self.assertEqual((row["punctual"], row["deliveries"]), (50, 2))

    def test_who_may_see_them_and_of_which_company(self):
        self.move_goods(self.lamp, 4, self.vendors, self.stock)
        passer_by = new_test_user(self.env, "passer", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.env["retail.kpi.stock.age"].with_user(passer_by).search([])
        self.assertTrue(self.figures("retail.kpi.stock.age"))
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.frida.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.assertFalse(self.figures("retail.kpi.stock.age"))
