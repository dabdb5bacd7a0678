"""What comes back to a store, on a return or at a till, waits beside its stock, and is the store's."""

from datetime import timedelta

from odoo import fields
from odoo.addons.retail_base import guard
from odoo.addons.retail_returns_pos.tests.common import TillMixin
from odoo.addons.retail_roles.tests.common import StoresCase
from odoo.exceptions import AccessError
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestReturnInAShop(TillMixin, StoresCase):
    """Five coats are sold, two come back on a return, one at the till; the neighbour works for another store."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_till()
        # Where prices are governed, a cost changes by an approved price change.
        guard.passing(cls.coat).write({"standard_price": 10.0})
        cls.own = cls.person("own", "store_manager", cls.warehouse)

    def setUp(self):
        super().setUp()
        self.released(2)
        self.ring_up(-1)
        self.anew()
        self.assertEqual(self.at(self.waiting), 3)

    def refused(self, attempt):
        with self.assertRaises(AccessError), self.cr.savepoint():
            attempt()
            self.env["base"].flush()

    def figures(self, model, user=None):
        self.env["base"].flush()
        return self.env[model].with_user(user or self.env.user).search([("product_id", "=", self.coat.id)])

    # Figures, signals, the board.

    def test_what_the_store_sold_is_less(self):
        row = self.figures("retail.kpi.sell.through")
        self.assertEqual((row.warehouse_id, row.sold, row.on_hand), (self.warehouse, 2, 98))

    def test_what_waits_grows_older_in_the_store(self):
        rows = self.figures("retail.kpi.stock.age", self.own).filtered(lambda row: row.quantity == 3)
        self.assertEqual(rows.warehouse_id.id, self.warehouse.id)
        self.assertFalse(self.figures("retail.kpi.stock.age", self.neighbour))
        self.refused(lambda: rows.with_user(self.neighbour).read(["quantity"]))

    def test_a_day_of_the_store(self):
        self.assertEqual(self.day("trade"), {self.warehouse.id: (3, 5)})

    def day(self, measure):
        """(events, exposure) by the store's id."""
        days = self.env["retail.signal.day"]
        days._append(fields.Date.today() + timedelta(days=1))
        domain = [("measure", "=", measure), ("product_id", "=", self.coat.id)]
        rows = days.read_group(domain, ["events", "exposure"], ["warehouse_id"])
        return {row["warehouse_id"] and row["warehouse_id"][0]: (row["events"], row["exposure"]) for row in rows}

    def test_a_product_that_comes_back_often_comes_back_to_the_store(self):
        self.ring_up(-2, number=2)
        self.env["base"].flush()
        detector = self.env.ref("retail_exceptions.detector_returned_products")
        detector._detect()
        found = detector.exception_ids.filtered(lambda each: each.product_id == self.coat)
        self.assertEqual((found.warehouse_id, found.quantity), (self.warehouse, 5))

    def test_it_is_not_sold(self):
        channel = self.env["retail.channel"].search([], limit=1)
        self.assertEqual(channel._on_hand(self.warehouse, self.coat), {self.coat.id: 95})
        coat = self.coat.with_context(warehouse=self.warehouse.id)
        self.assertEqual(coat.qty_available, 95)
        self.assertLessEqual(coat.free_qty, 95)

    # Write-offs and counts.

    def scrap(self, user, units=1, place=None):
        values = {
            "product_id": self.coat.id,
            "product_uom_id": self.coat.uom_id.id,
            "location_id": (place or self.waiting).id,
            "scrap_qty": units,
            "reason_id": self.env.ref("retail_stock_control.reason_damaged").id,
        }
        return self.env["stock.scrap"].with_user(user).create(values)

    def test_a_write_off_is_of_the_store(self):
        self.scrap(self.own).action_validate()
        self.anew()
        entry = self.figures("retail.adjustment.entry", self.own)
        self.assertEqual((entry.warehouse_id.id, entry.location_id.id), (self.warehouse.id, self.waiting.id))
        self.assertFalse(self.figures("retail.adjustment.entry", self.neighbour))
        self.assertEqual(self.day("adjusted"), {self.warehouse.id: (1, 0)})

    def test_the_limit_of_the_store_holds(self):
        everywhere = self.env.ref("retail_stock_control.limit_default")
        everywhere.copy({"sequence": 1, "warehouse_id": self.warehouse.id, "max_value": 5})
        scrap = self.scrap(self.own)
        scrap.action_validate()
        self.assertEqual((scrap.approval_state, scrap.state), ("pending", "draft"))

    def test_what_was_written_off_elsewhere_does_not_use_it_up(self):
        self.env["retail.adjustment.limit"].search([]).write({"max_value": 25})
        place = self.tours.return_location_id
        self.env["stock.quant"]._update_available_quantity(self.coat, place, 5)
        self.anew()
        theirs, own, again = self.scrap(self.neighbour, 2, place), self.scrap(self.own, 2), self.scrap(self.own)
        for scrap in (theirs, own, again):
            scrap.action_validate()
        self.assertEqual([scrap.state for scrap in (theirs, own, again)], ["done", "done", "draft"])
        self.assertEqual(again.approval_state, "pending")

    def test_only_the_own_store_writes_off(self):
        self.refused(lambda: self.scrap(self.neighbour))
        theirs = self.scrap(self.own)
        self.anew()
        seen = theirs.with_user(self.neighbour)
        self.refused(seen.action_validate)
        self.refused(lambda: seen.read(["scrap_qty"]))

    def count(self, user, place):
        values = {
            "name": "Count of what waits",
            "location_ids": [(6, 0, place.ids)],
            "product_ids": [(6, 0, self.coat.ids)],
            "reason_id": self.env.ref("retail_stock_control.reason_count").id,
        }
        return self.env["stock.inventory"].with_user(user).create(values)

    def test_the_own_store_counts_it(self):
        inventory = self.count(self.own, self.waiting)
        self.assertEqual(inventory.warehouse_id.id, self.warehouse.id)
        inventory.action_start()
        inventory.line_ids.product_qty = 2
        inventory.action_validate()
        self.assertEqual((inventory.state, self.at(self.waiting)), ("done", 2))
        self.assertEqual(self.figures("retail.adjustment.entry", self.own).warehouse_id.id, self.warehouse.id)

    def test_another_store_does_not_count_it(self):
        self.refused(lambda: self.count(self.neighbour, self.waiting))
        inventory = self.count(self.own, self.waiting)
        inventory.action_start()
        self.anew()
        lines = self.env["stock.inventory.line"].with_user(self.neighbour)
        self.assertFalse(lines.search([("inventory_id", "=", inventory.id)]))
        self.refused(lambda: lines.browse(inventory.line_ids.ids).read(["product_qty"]))
        theirs = self.count(self.neighbour, self.tours.lot_stock_id)
        theirs.action_start()
        line = {"inventory_id": theirs.id, "product_id": self.coat.id, "location_id": self.waiting.id}
        self.refused(lambda: lines.create({**line, "product_qty": 0}))
