from datetime import timedelta

import psycopg2
from odoo import fields
from odoo.addons.retail_base.tests.taken_over import noted
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..hooks import take_over
from .common import RequestCase


@tagged("post_install", "-at_install")
class TestRequests(RequestCase):
    def test_what_is_accepted_becomes_a_transfer_from_the_central_warehouse(self):
        request = self.asked(5)
        self.assertEqual((request.approval_state, request.state), ("pending", "draft"))
        self.assertFalse(request.move_ids)
        request.with_user(self.supervisor).action_approval_approve()
        self.anew()
        self.assertEqual((request.approval_state, request.state), ("approved", "open"))
        move = request.sudo().move_ids
        self.assertEqual((move.product_qty, move.location_dest_id), (5, self.blois.lot_stock_id))
        delivery = move.move_orig_ids
        self.assertEqual(delivery.location_id, self.dc.lot_stock_id)
        for each in (delivery, move):
            each._action_assign()
            each.quantity_done = 5
            each._action_done()
        self.anew()
        self.assertEqual((request.state, request.qty_done), ("done", 5))

    def test_what_is_refused_has_a_reason(self):
        request = self.asked(5)
        action = request.with_user(self.supervisor).action_approval_ask_why_not()
        wizard = self.env["retail.approval.rejection"].with_user(self.supervisor)
        wizard.with_context(**action["context"]).create({"note": "None until May"}).action_reject()
        self.anew()
        self.assertEqual((request.approval_state, request.state), ("rejected", "draft"))
        self.assertIn("None until May", request.message_ids[0].body)
        self.assertFalse(request.sudo().move_ids)

    def test_the_central_warehouse_sees_what_waits(self):
        request = self.asked(5)
        self.assertIn(
            request, self.requests.with_user(self.supervisor).search([("approval_state", "=", "pending")])
        )
        self.assertTrue(request.with_user(self.supervisor).approval_can_decide)
        self.assertFalse(request.with_user(self.manager).approval_can_decide)

    def test_only_of_own_stores(self):
        request = self.asked(5)
        with self.assertRaises(AccessError):
            self.request(5, user=self.neighbour)
        self.assertFalse(self.requests.with_user(self.neighbour).search([("id", "=", request.id)]))
        own = self.request(5, user=self.neighbour, store=self.tours)
        with self.assertRaises(AccessError):
            own.write({"warehouse_id": self.blois.id, "location_id": self.blois.lot_stock_id.id})
        with self.assertRaises(AccessError):
            request.with_user(self.supervisor).write({"product_uom_qty": 1})

    def test_colleagues_see_it(self):
        colleague = self.person("colleague", "store_manager", self.blois)
        request = self.asked(5)
        self.assertEqual(request.with_user(colleague).product_uom_qty, 5)
        request.with_user(colleague).action_approval_withdraw()
        self.assertEqual(request.approval_state, "draft")

    def test_the_store_s_own_people_do_not_decide(self):
        own = self.person("own", "warehouse_supervisor", self.blois)
        request = self.asked(5)
        with self.assertRaisesRegex(AccessError, "second person"):
            request.with_user(own).action_approval_approve()
        own.retail_warehouse_ids += self.dc
        self.anew()
        request.with_user(own).action_approval_approve()
        self.assertEqual(request.approval_state, "approved")

    def test_only_by_the_route_of_its_supply(self):
        self.assertEqual(self.request(5).supplier_id, self.dc)
        buy = self.env.ref("purchase_stock.route_warehouse0_buy")
        for route in (buy, self.tours.resupply_route_ids):
            with self.assertRaisesRegex(UserError, "not supplied that way"):
                self.request(5, route_id=route.id).action_confirm()
        self.blois.resupply_wh_ids = False
        with self.assertRaisesRegex(UserError, "not supplied that way"):
            self.request(5).action_confirm()

    def test_only_into_the_store_itself(self):
        request = self.request(5)
        request.sudo().location_id = self.tours.lot_stock_id
        with self.assertRaisesRegex(UserError, "within Blois"):
            request.sudo().action_confirm()

    def test_changed_after_asking_it_is_not_accepted(self):
        request = self.asked(5)
        request.product_uom_qty = 50
        with self.assertRaisesRegex(UserError, "was changed"):
            request.with_user(self.supervisor).action_approval_approve()

    def test_cancelled_it_is_asked_for_anew(self):
        request = self.accepted(5)
        request.action_cancel()
        self.assertEqual((request.state, request.approval_state), ("cancel", "draft"))
        self.assertEqual(set(request.sudo().move_ids.mapped("state")), {"cancel"})
        request.action_draft()
        request.action_confirm()
        self.assertEqual(request.approval_state, "pending")

    def test_asked_twice_it_is_asked_once(self):
        request = self.asked(5)
        request.action_confirm()
        self.assertEqual(len(request.sudo().approval_request_ids), 1)

    def test_an_order_of_several(self):
        values = {
            "warehouse_id": self.blois.id,
            "location_id": self.blois.lot_stock_id.id,
            "expected_date": fields.Datetime.now(),
        }
        lines = [
            (0, 0, {**self.values(quantity), "expected_date": values["expected_date"]}) for quantity in (2, 3)
        ]
        order = self.env["stock.request.order"].with_user(self.manager).create(
            {**values, "stock_request_ids": lines}
        )  # fmt: skip
        order.action_confirm()
        self.assertEqual(order.stock_request_ids.mapped("approval_state"), ["pending", "pending"])
        order.stock_request_ids.with_user(self.supervisor).action_approval_approve()
        self.anew()
        self.assertEqual(order.state, "open")

    def test_what_was_before_the_addon_goes_on_and_is_counted(self):
        old, draft = self.request(5), self.request(6)
        self.env["base"].flush()
        self.cr.execute("UPDATE stock_request SET state = 'open' WHERE id = %s", (old.id,))
        self.anew()
        take_over(self.cr, self.registry)
        self.assertEqual((old.approval_state, draft.approval_state), ("approved", "draft"))
        self.assertEqual(noted(self.env, "retail_store_request"), ("stock.request", 1))
        old.action_done()
        self.assertEqual(old.state, "done")


@tagged("post_install", "-at_install")
class TestLimits(RequestCase):
    def test_no_more_than_the_limit(self):
        self.limit(5)
        self.asked(5)
        with self.assertRaisesRegex(UserError, "may ask for 5 in 7 days, and 5 were asked for"):
            self.asked(1)

    def test_what_was_refused_or_is_long_ago_does_not_count(self):
        self.limit(5)
        self.asked(5).action_approval_withdraw()
        old = self.asked(5)
        self.env["base"].flush()
        self.cr.execute(
            "UPDATE stock_request SET create_date = %s WHERE id = %s",
            (fields.Datetime.now() - timedelta(days=8), old.id),
        )
        self.assertEqual(self.asked(5).approval_state, "pending")

    def test_in_the_product_s_unit(self):
        self.limit(11)
        with self.assertRaises(UserError):
            self.asked(1, product_uom_id=self.env.ref("uom.product_uom_dozen").id)

    def test_of_the_store_and_the_category(self):
        category = self.env["product.category"].create({"name": "Light"})
        self.limit(0, categ_id=category.id, sequence=1)
        self.limit(0, warehouse_ids=[(6, 0, self.tours.ids)], sequence=2)
        self.limit(5, sequence=3)
        self.assertEqual(self.asked(5).approval_state, "pending")
        with self.assertRaises(UserError):
            self.asked(1, user=self.neighbour, store=self.tours)
        self.lamp.categ_id = category
        with self.assertRaises(UserError):
            self.asked(1)

    def test_only_central_policy_makes_them(self):
        limit = self.limit(5)
        with self.assertRaises(AccessError):
            limit.with_user(self.manager).quantity = 500

    def test_they_are_sensible(self):
        for values in ({"quantity": -1}, {"quantity": 1, "days": 0}):
            with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
                self.limits.create(values)
