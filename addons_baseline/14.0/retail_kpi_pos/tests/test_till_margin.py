from odoo import fields
from odoo.addons.retail_base.tests.tills import cash_till
from odoo.addons.retail_kpi.tests.test_figures import FiguresCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestTillMargin(FiguresCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        till = cash_till(cls.env)
        till.open_session_cb()
        cls.session = till.current_session_id

    def ring_up(self, quantity, price, state="paid"):
        total = quantity * price
        line = {"product_id": self.lamp.id, "qty": quantity, "price_unit": price}
        self.env["pos.order"].create(
            {
                "session_id": self.session.id,
                "company_id": self.session.company_id.id,
                "date_order": fields.Datetime.now(),
                "state": state,
                "amount_total": total,
                "amount_tax": 0,
                "amount_paid": total,
                "amount_return": 0,
                "lines": [(0, 0, {**line, "price_subtotal": total, "price_subtotal_incl": total})],
            }
        )

    def test_tills_are_a_channel_of_their_own(self):
        self.move_goods(self.lamp, 10, self.vendors, self.stock)
        self.ring_up(4, 25.0)
        self.ring_up(-1, 25.0)
        self.ring_up(9, 25.0, "draft")
        row = self.figures("retail.kpi.margin")
        self.assertEqual((row.channel, row.quantity, row.revenue, row.cost), ("till", 3, 75, 30))
        self.assertEqual((row.rate, row.warehouse_id), (60, self.session.config_id.picking_type_id.warehouse_id))
        self.sale(self.lamp, 1, 20.0)
        self.assertEqual(set(self.figures("retail.kpi.margin").mapped("channel")), {"order", "till"})
        self.assertEqual(self.group("retail.kpi.margin", ["revenue", "margin"])["margin"], 55)
