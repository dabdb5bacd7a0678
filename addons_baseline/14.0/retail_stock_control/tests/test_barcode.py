from odoo.tests import tagged

from .common import StoreCase


@tagged("post_install", "-at_install")
class TestBarcode(StoreCase):
    """Counting with a scanner, on the screen of stock_barcodes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lamp.barcode = "4006381333931"

    def scan(self, count, *barcodes):
        action = count.action_barcode_scan()
        screen = self.env[action["res_model"]].with_user(self.counter).browse(action["res_id"])
        screen.location_id = self.shelf
        for barcode in barcodes:
            screen.on_barcode_scanned(barcode)
        return screen

    def test_scans_add_up_from_zero_and_say_who_counted(self):
        count = self.count(blind=True)
        self.scan(count, *["4006381333931"] * 3)
        line = count.line_ids
        self.assertEqual((line.product_qty, line.counted), (3, True))
        self.assertEqual(count.count_entry_ids.user_id, self.counter)
        self.assertEqual(max(count.count_entry_ids.mapped("quantity")), 3)

    def test_what_was_scanned_is_posted_like_any_other_count(self):
        self.limit.max_value = 0
        count = self.count(blind=True)
        self.scan(count, "4006381333931")
        count.action_validate()
        self.assertEqual(count.approval_state, "pending")
        self.approve(count)
        self.assertEqual(self.on_hand(), 1)

    def test_a_count_begun_with_the_scanner_takes_the_books_as_they_are(self):
        count = self.env["stock.inventory"].with_user(self.counter).create(
            {"name": "Scan", "location_ids": [(6, 0, self.shelf.ids)], "reason_id": self.reason.id}
        )  # fmt: skip
        self.scan(count, "4006381333931")
        self.assertEqual((count.line_ids.theoretical_qty, count.line_ids.product_qty), (10, 1))
