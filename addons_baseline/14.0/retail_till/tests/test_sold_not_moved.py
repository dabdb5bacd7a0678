from odoo import fields
from odoo.addons.retail_base.tests.tills import till_order
from odoo.tests import tagged

from ..models.pos_session import SOLD
from .common import TillCase, add_history, make_till, open_session


@tagged("post_install", "-at_install")
class TestSoldNotMoved(TillCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.type = "product"
        cls.shelf = cls.till.picking_type_id.default_location_src_id
        cls.warehouse = cls.till.picking_type_id.warehouse_id

    def sold(self, place=None, product=None, **given):
        """How many of the lamp."""
        found = self.env["pos.session"]._sold_not_moved(place or self.warehouse.view_location_id, **given)
        return found.get((product or self.product).id, 0.0)

    def test_what_an_open_session_sold_until_it_is_closed(self):
        self.assertEqual(self.sold(), 0)
        self.send(self.sale(2.0))
        self.send(self.sale(3.0))
        self.assertEqual((self.sold(), self.sold(self.shelf), self.sold(products=self.product)), (5, 5, 5))
        self.session.action_pos_session_closing_control()
        self.assertEqual(self.session.state, "closed")
        self.assertEqual(self.sold(), 0)
        self.assertEqual(self.product.with_context(location=self.shelf.id).qty_available, -5)

    def test_also_while_the_cash_is_counted(self):
        self.send(self.sale())
        for state in ("opening_control", "closing_control"):
            self.session.state = state
            self.assertEqual(self.sold(), 1)

    def test_what_is_not_paid_is_not_sold(self):
        self.send(self.sale(), draft=True)
        self.assertEqual(self.sold(), 0)

    def test_what_comes_back_counts_once_it_has_a_place(self):
        self.send(self.sale(4.0))
        self.send(self.sale(-1.0))
        self.assertEqual(self.sold(), 4)

    def test_a_session_that_moves_stock_at_once_has_moved_it(self):
        self.env.company.point_of_sale_update_stock_quantities = "real"
        self.send(till_order(open_session(make_till(self.env, "At once")), self.product))
        self.assertEqual(self.sold(), 0)

    def test_an_order_that_has_its_own_transfer_has_moved_it(self):
        customer = self.env["res.partner"].create({"name": "Customer"})
        self.env.company.anglo_saxon_accounting = True
        invoiced = self.sale(partner_id=customer.id)
        # The invoice itself, which tills ask for later, is not what this is about.
        [number] = self.send(invoiced, draft=True)
        order = self.env["pos.order"].browse(number)
        order.write({"to_invoice": True, "state": "invoiced"})
        order._create_order_picking()
        self.assertTrue(order.picking_ids)
        self.assertEqual(self.sold(), 0)
        self.env.company.anglo_saxon_accounting = False
        self.assertEqual(self.sold(), 1, "closing would move it")

    def test_only_of_this_place_and_these_products(self):
        other = self.env["stock.warehouse"].create({"name": "Elsewhere", "code": "ELS"})
        vase = self.product.copy({"type": "product"})
        self.send(self.sale())
        self.assertEqual((self.sold(other.view_location_id), self.sold(products=vase)), (0, 0))
        self.assertEqual(self.sold(products=vase.browse()), 0)
        self.assertFalse(self.env["pos.session"]._sold_not_moved(self.shelf.browse()), "of no place at all")
        self.assertEqual(self.env["pos.session"]._sold_not_moved().get(self.product.id), 1, "everywhere")
        self.product.type = "consu"
        self.assertEqual(self.sold(), 0)

    def test_since(self):
        [number] = self.send(self.sale())
        recorded = self.env["pos.order"].browse(number).write_date
        self.assertEqual(self.sold(since=recorded), 1)
        self.assertEqual(self.sold(since=fields.Datetime.add(recorded, minutes=1)), 0)

    def test_it_does_not_read_what_was_sold_before(self):
        self.send(self.sale())
        add_history(self.till, self.product)
        self.assertEqual(self.sold(), 1)
        asked = {"place": self.shelf.id, "products": None, "since": None}
        for wanted in (asked, {**asked, "products": self.product.ids}, {**asked, "since": fields.Datetime.now()}):
            self.cr.execute("EXPLAIN " + SOLD, wanted)
            plan = "\n".join(line for (line,) in self.cr.fetchall())
            self.assertIn("pos_session_state_index", plan)
            for table in ("pos_session", "pos_order", "pos_order_line"):
                self.assertNotIn(f"Seq Scan on {table} ", plan, plan)
