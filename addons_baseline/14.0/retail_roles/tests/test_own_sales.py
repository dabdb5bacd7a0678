from odoo.addons.retail_base.tests.tills import till_order
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import StoresCase


@tagged("post_install", "-at_install")
class TestOwnTills(StoresCase):
    def setUp(self):
        super().setUp()
        self.env.company.point_of_sale_update_stock_quantities = "real"
        self.own, self.theirs = self.till(self.blois), self.till(self.tours)
        self.anew()

    def session(self, till, user):
        sessions = self.env["pos.session"].with_user(user)
        # What Odoo returns is the superuser's.
        return sessions.browse(sessions.create({"user_id": user.id, "config_id": till.id}).id)

    def sell(self, session, user):
        """One lamp, as a till sends it."""
        method = session.config_id.payment_method_ids.filtered("is_cash_count")[:1]
        order = till_order(session, self.lamp, method=method)
        made = self.env["pos.order"].with_user(user).create_from_ui([order])
        self.anew()
        return self.env["pos.order"].browse(made[0]["id"])

    def test_a_manager_sells_and_closes_at_own_tills_only(self):
        session = self.session(self.own, self.manager)
        order = self.sell(session, self.manager)
        self.assertEqual(order.picking_ids.picking_type_id, self.blois.pos_type_id)
        with self.assertRaises(AccessError):
            self.session(self.theirs, self.manager)
        session.action_pos_session_closing_control()
        self.assertEqual(session.state, "closed")

    def test_what_a_till_recorded_is_seen_by_its_store(self):
        session = self.session(self.own, self.manager)
        order = self.sell(session, self.manager)
        session.action_pos_session_closing_control()
        self.anew()
        for record in (self.own, session, order, order.lines, order.payment_ids, session.statement_ids):
            for user, sees in (
                (self.manager, True),
                (self.neighbour, False),
                (self.env.ref("base.user_admin"), True),
            ):
                found = self.env[record._name].with_user(user).search([("id", "in", record.ids)])
                self.assertEqual(found.ids, record.ids if sees else [], f"{record._name}, {user.name}")
        report = [("order_id", "=", order.id)]
        self.assertTrue(self.env["report.pos.order"].with_user(self.manager).search(report))
        self.assertFalse(self.env["report.pos.order"].with_user(self.neighbour).search(report))

    def test_a_till_that_is_trading_goes_on_when_its_user_is_moved(self):
        session = self.session(self.own, self.manager)
        self.manager.retail_warehouse_ids = self.tours
        self.anew()
        order = self.sell(session, self.manager)
        self.assertTrue(order.picking_ids)
        session.action_pos_session_closing_control()
        self.anew()
        self.assertEqual(session.sudo().state, "closed")
        with self.assertRaises(AccessError):
            session.read(["name"])

    def test_own_stores_cost_a_sale_no_more_than_a_few_queries(self):
        free = self.env.ref("base.user_admin")
        taken = {}
        for till, user in ((self.own, self.manager), (self.theirs, free)):
            session = self.session(till, user)
            self.sell(session, user)
            before = self.cr.sql_log_count
            self.sell(session, user)
            taken[user] = self.cr.sql_log_count - before
        self.assertLessEqual(taken[self.manager] - taken[free], 4)

    def test_a_session_is_not_moved_to_another_stores_till(self):
        session = self.session(self.own, self.manager)
        with self.assertRaises(AccessError):
            session.write({"config_id": self.theirs.id})
        with self.assertRaises(AccessError), self.cr.savepoint():
            self.own.with_user(self.manager).write({"picking_type_id": self.tours.pos_type_id.id})


@tagged("post_install", "-at_install")
class TestOwnOrders(StoresCase):
    def order(self, warehouse, salesperson):
        return self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Customer"}).id,
                "warehouse_id": warehouse.id,
                "user_id": salesperson.id if salesperson else False,
                "order_line": [(0, 0, {"product_id": self.lamp.id, "product_uom_qty": 1.0})],
            }
        )

    def seen_by(self, user, orders):
        self.anew()
        found = self.env["sale.order"].with_user(user).search([("id", "in", orders.ids)])
        lines = self.env["sale.order.line"].with_user(user).search([("order_id", "in", orders.ids)])
        self.assertEqual(lines.order_id, found)
        return found

    def test_a_store_sees_its_orders_and_those_its_people_took(self):
        web, own, theirs = (self.order(warehouse, None) for warehouse in (self.dc, self.blois, self.tours))
        taken = self.order(self.dc, self.manager)
        orders = web | own | theirs | taken
        self.assertEqual(self.seen_by(self.manager, orders), own | taken)
        service = self.person("service", "customer_service")
        self.assertEqual(self.seen_by(service, orders), orders)
        shop = self.person("shop", "ecommerce", self.dc)
        self.assertEqual(self.seen_by(shop, orders), web | taken)

    def test_an_order_is_confirmed_and_delivered_by_its_store(self):
        order = self.order(self.blois, None).with_user(self.manager)
        self.anew()
        order.action_confirm()
        order.picking_ids.move_lines.quantity_done = 1
        order.picking_ids.button_validate()
        self.anew()
        self.assertEqual((order.picking_ids.state, order.order_line.qty_delivered), ("done", 1.0))
