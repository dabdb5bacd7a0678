from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from ..models.promise import promise, reservable
from .common import AllocationCase


@tagged("post_install", "-at_install")
class TestSums(AllocationCase):
    def test_promise(self):
        for on_hand, committed, shares, safety, expected in (
            (10, {}, {}, 0, 10),
            (10, {None: 3, 2: 2}, {}, 0, 5),
            (10, {}, {}, 2, 8),
            (10, {}, {2: 0.3}, 0, 7),
            # Its own share is not kept from it.
            (10, {}, {1: 0.3}, 0, 10),
            # Of its three the other one has been promised two.
            (10, {2: 2}, {2: 0.3}, 0, 7),
            (10, {2: 5}, {2: 0.3}, 0, 5),
            # A share of one lamp is none.
            (1, {}, {2: 0.5}, 0, 1),
            (0, {}, {2: 0.5}, 0, 0),
            (3, {None: 5}, {}, 0, 0),
            (10, {1: 1}, {2: 0.3, 3: 0.2}, 1, 3),
        ):
            with self.subTest(on_hand=on_hand, committed=committed, shares=shares, safety=safety):
                self.assertEqual(promise(on_hand, committed, shares, 1, safety), expected)

    def test_reservable(self):
        for free, on_hand, reserved, expected in (
            (10, 10, {}, 7),
            (8, 10, {2: 2}, 7),
            (5, 10, {2: 5}, 5),
            (2, 10, {}, 0),
        ):
            with self.subTest(free=free, reserved=reserved):
                self.assertEqual(reservable(free, on_hand, reserved, {2: 0.3}, 1), expected)


@tagged("post_install", "-at_install")
class TestPromise(AllocationCase):
    def test_what_is_on_hand_here(self):
        self.assertEqual(self.promised(), 0)
        self.stock(5)
        self.assertEqual(self.promised(), 5)
        other = self.env["stock.warehouse"].create({"name": "Elsewhere", "code": "ELS"})
        self.assertEqual(self.web._promise(other, self.lamp), {self.lamp.id: 0})

    def test_what_is_to_come_cannot_be_promised(self):
        receipt = self.env["stock.move"].create(
            {
                "name": "Receipt",
                "product_id": self.lamp.id,
                "product_uom": self.lamp.uom_id.id,
                "product_uom_qty": 50,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
            }
        )
        receipt._action_confirm()
        self.assertEqual(self.promised(), 0)

    def test_what_leaves_is_promised_whoever_ordered_it(self):
        self.stock(10)
        self.order(2).action_confirm()
        self.order(3, self.wholesale).action_confirm()
        self.order(1, self.env["retail.channel"]).action_confirm()
        self.assertEqual(self.promised(), 4)

    def test_what_waits_for_stock_is_promised_as_well(self):
        self.stock(2)
        self.order(6, self.wholesale).action_confirm()
        self.assertEqual(self.promised(), 0)
        self.stock(5)
        self.assertEqual(self.promised(), 1)

    def test_safety_stock(self):
        self.stock(5)
        self.web.safety_qty = 2
        self.assertEqual((self.promised(), self.promised(self.wholesale)), (3, 5))

    def test_a_reserve_is_for_its_channel(self):
        self.stock(10)
        self.reserve(self.wholesale, 40)
        self.assertEqual((self.promised(), self.promised(self.wholesale)), (6, 10))
        self.order(3, self.wholesale).action_confirm()
        self.assertEqual(self.promised(), 6)
        self.wholesale.active = False
        self.assertEqual(self.promised(), 7)

    def test_a_reserve_by_category_and_warehouse(self):
        self.stock(10)
        lighting = self.env["product.category"].create({"name": "Lighting"})
        table = self.env["product.category"].create({"name": "Table", "parent_id": lighting.id})
        general = self.reserve(self.wholesale, 10)
        special = self.reserve(self.wholesale, 50, sequence=1, categ_id=lighting.id)
        self.assertEqual(self.promised(), 9)
        self.lamp.categ_id = table
        self.assertEqual(self.promised(), 5)
        elsewhere = self.env["stock.warehouse"].create({"name": "Elsewhere", "code": "ELS"})
        (general | special).warehouse_id = elsewhere
        self.assertEqual(self.promised(), 10)

    def test_a_team_is_in_one_channel(self):
        with self.assertRaisesRegex(ValidationError, "in another channel"):
            self.wholesale.team_ids += self.web.team_ids

    def test_limits_are_sensible(self):
        for model, values in (
            ("retail.channel.reserve", {"channel_id": self.web.id, "share": 101}),
            ("retail.channel", {"name": "x", "code": "x", "safety_qty": -1}),
            ("retail.channel", {"name": "x", "code": "x", "hold_minutes": 0}),
            ("retail.channel", {"name": "x", "code": "web_test"}),
        ):
            with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
                self.env[model].create(values)
