from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ProductCase


@tagged("post_install", "-at_install")
class TestVendors(ProductCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.partner"].create({"name": "Südlicht"})

    def with_other(self, product, **values):
        """The line of a second vendor that is cheaper than the first."""
        values = {"name": self.other.id, "price": 1.0, "sequence": 0, **values}
        product.with_user(self.steward).write({"seller_ids": [(0, 0, values)]})
        return product.seller_ids.filtered(lambda line: line.name == self.other)

    def bought_from(self, product):
        return product.product_variant_id._select_seller(quantity=1).name

    def test_a_new_vendor_waits_and_the_product_is_bought_on(self):
        product = self.approved()
        line = self.with_other(product)
        change = product.open_change_id
        self.assertEqual(
            (line.approval_pending, change.vendor_ids, change.approval_state), (True, line, "pending")
        )
        self.assertEqual((self.bought_from(product), product.purchase_ok), (self.vendor, True))
        change.with_user(self.approver).action_approval_approve()
        self.assertEqual((line.approval_pending, self.bought_from(product)), (False, self.other))
        self.assertIn("Südlicht", product.message_ids[0].body)

    def test_another_price_of_the_same_vendor_is_no_new_one(self):
        product = self.approved()
        product.with_user(self.steward).write(
            {"seller_ids": [(0, 0, {"name": self.vendor.id, "price": 18.0, "min_qty": 10})]}
        )
        product.seller_ids[0].with_user(self.steward).price = 19.0
        self.assertFalse(product.open_change_id)

    def test_of_a_draft_anybody_who_edits_it_says_the_vendors(self):
        product = self.draft()
        self.assertFalse(self.with_other(product).approval_pending)

    def test_a_line_does_not_change_into_that_of_another_vendor_or_product(self):
        product, another, draft = self.approved(), self.approved(), self.draft()
        line = product.seller_ids.with_user(self.steward)
        for attempt in (
            lambda: line.write({"name": self.other.id}),
            lambda: line.write({"product_tmpl_id": another.id}),
            lambda: draft.seller_ids.write({"name": self.other.id, "product_tmpl_id": product.id}),
            lambda: product.write({"seller_ids": [(1, line.id, {"name": self.other.id})]}),
        ):
            with self.assertRaisesRegex(UserError, "a line of its own"), self.cr.savepoint():
                attempt()
        line.write({"name": self.vendor.id, "delay": 9})
        draft.seller_ids.with_user(self.steward).name = self.other

    def test_the_last_approved_one_may_go(self):
        product = self.approved()
        product.seller_ids.with_user(self.steward).unlink()
        self.assertFalse(product.seller_ids)

    def test_discarded_its_line_goes(self):
        product = self.approved()
        line = self.with_other(product)
        product.open_change_id.with_user(self.steward).action_discard()
        self.assertFalse(line.exists())
        self.assertFalse(product.open_change_id)

    def test_a_purchase_order_brings_its_vendor_once_and_as_one_that_waits(self):
        product = self.approved()
        for _each in range(2):
            order = self.env["purchase.order"].create({"partner_id": self.other.id})
            order.order_line = [
                (0, 0, {
                    "name": "Lamp", "product_id": product.product_variant_id.id, "product_qty": 1, "price_unit": 1,
                    "product_uom": product.uom_po_id.id, "date_planned": "2026-12-01",
                })
            ]  # fmt: skip
            order.with_user(self.steward).button_confirm()
        added = product.seller_ids.filtered(lambda line: line.name == self.other)
        self.assertEqual((len(added), added.approval_pending), (1, True))

    def test_it_joins_a_change_that_waits(self):
        product = self.approved()
        change = self.changed(product, type="service")
        self.with_other(product)
        self.assertEqual((product.open_change_id, change.approval_state), (change, "pending"))
        self.assertTrue(change.line_ids and change.vendor_ids)

    def test_a_vendor_that_comes_after_the_product_was_submitted_is_seen(self):
        product = self.draft()
        product.action_approval_submit()
        self.with_other(product)
        with self.assertRaisesRegex(UserError, "was changed after it was submitted"):
            product.with_user(self.approver).action_approval_approve()

    def test_what_supplies_it_changes_by_approval(self):
        product = self.approved()
        if "route_ids" not in product._fields:
            self.skipTest("this shop keeps no stock")
        route = self.env["stock.location.route"].create({"name": "From elsewhere"})
        change = self.changed(product, route_ids=[(4, route.id)])
        self.assertNotIn(route, product.route_ids)
        change.with_user(self.approver).action_approval_approve()
        self.assertIn(route, product.route_ids)
