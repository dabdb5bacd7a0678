from unittest.mock import patch

from odoo.addons.retail_product_governance.tests.common import new_barcode
from odoo.tests import tagged

from ..models import import_apply, import_check
from .common import ImportCase


@tagged("post_install", "-at_install")
class TestStock(ImportCase):
    def files(self, *rows, products=2):
        return self.shop(products=products, stock=["store;product;quantity", *rows])

    def on_hand(self, code):
        product = self.product(code).product_variant_id
        return product.with_context(location=self.store.lot_stock_id.id).qty_available

    def test_opening_stock_is_a_count_that_the_same_person_approved(self):
        run = self.imported(self.files("TRIV;T-0;12", "TRIV;T-1;3,5"))
        self.assertEqual((self.on_hand("T-0"), self.on_hand("T-1")), (12.0, 3.5))
        count = self.env["stock.inventory"].browse(
            run.line_ids.filtered(lambda line: line.kind == "stock")[0].res_id
        )
        self.assertEqual((count.state, count.approval_request_ids.step_ids.user_id), ("done", self.approver))
        reason = self.env.ref("retail_stock_control.reason_opening")
        self.assertEqual(count.adjustment_entry_ids.reason_id, reason)

    def test_it_is_posted_once(self):
        files = self.files("TRIV;T-0;12")
        self.imported(files)
        self.assertEqual(self.check(files).state, "done")
        other = self.shop(stock=["store;product;quantity", "TRIV;T-0;13"])
        found = self.refusals(self.check({"stock.csv": other["stock.csv"]}))
        self.assertRegex(found["stock", 2], "posted already")
        self.assertEqual(self.on_hand("T-0"), 12.0)

    def test_one_product_by_code_and_by_barcode_is_counted_once(self):
        files = self.files(products=1)
        barcode = files["products.csv"].decode().splitlines()[1].split(";")[3]
        rows = ["store;product;quantity", "TRIV;T-0;12", f"TRIV;{barcode};13"]
        files["stock.csv"] = "\n".join(rows).encode()
        for size in (import_check.BATCH, 1):
            with patch.object(import_check, "BATCH", size), patch.object(import_apply, "BATCH", size):
                run = self.check(files, without_refused=True)
                self.assertEqual(
                    self.refusals(run), {("stock", 3): "It means the same as line 2. Leave one of them."}
                )
        self.approve(run)
        self.assertTrue(self.apply(run))
        self.assertEqual(self.on_hand("T-0"), 12.0)

    def test_products_that_share_a_code_are_told_apart_by_barcode(self):
        barcodes = [new_barcode(), new_barcode()]
        products = self.env["product.product"].create(
            [{"name": code, "type": "product", "default_code": "T-S", "barcode": code} for code in barcodes]
        )
        rows = ["store;product;quantity", *(f"TRIV;{code};4" for code in barcodes)]
        self.imported({"stock.csv": "\n".join(rows).encode()})
        there = products.with_context(location=self.store.lot_stock_id.id)
        self.assertEqual(there.mapped("qty_available"), [4.0, 4.0])

    def test_where_stock_is_it_is_not_set_to_something_else(self):
        self.imported(self.shop(products=2))
        quants = self.env["stock.quant"]
        quants._update_available_quantity(self.product("T-0").product_variant_id, self.store.lot_stock_id, 5)
        rows = ["store;product;quantity", "TRIV;T-0;12", "TRIV;T-1;4"]
        run = self.check({"stock.csv": "\n".join(rows).encode()})
        self.assertEqual(set(self.refusals(run)), {("stock", 2)})
        self.assertRegex(self.refusals(run)["stock", 2], "has stock there already")

    def test_bad_lines_are_told(self):
        run = self.check(self.files("TRIV;T-0;-1", "XXX;T-0;1", "TRIV;T-9;1", "TRIV;T-1;"))
        for line, text in {2: "negative", 3: "no store XXX", 4: "no product T-9", 5: "column quantity"}.items():
            self.assertRegex(self.refusals(run)["stock", line], text)


@tagged("post_install", "-at_install")
class TestBalances(ImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        kinds = {"T1": "account.data_account_type_current_assets", "T2": "account.data_account_type_equity"}
        for code, kind in kinds.items():
            cls.env["account.account"].create({"code": code, "name": code, "user_type_id": cls.env.ref(kind).id})

    def files(self, *rows):
        return {"balances.csv": "\n".join(["date;account;label;debit;credit", *rows]).encode()}

    def move(self):
        return self.env["account.move"].search([("line_ids.account_id.code", "=", "T1")])

    def test_they_are_one_posted_entry(self):
        files = self.files("2026-01-01;T1;Bank;1 500,25;", "2026-01-01;T2;Capital;;1500,25")
        run = self.check(files)
        self.assertFalse(self.move())
        self.approve(run)
        self.assertTrue(self.apply(run))
        self.assertEqual((self.move().state, self.move().amount_total), ("posted", 1500.25))
        self.assertEqual(self.check(files).state, "done")
        other = self.files("2026-01-01;T1;Bank;1600;", "2026-01-01;T2;Capital;;1600")
        self.assertRegex(
            self.refusals(self.check(other))["balances", 2], "already. Correct them by a journal entry"
        )

    def test_they_have_to_balance(self):
        run = self.check(self.files("2026-01-01;T1;Bank;1500;", "2026-01-01;T2;Capital;;1400"))
        self.assertRegex(self.refusals(run)["balances", 3], "do not balance: debit is 100.00 more")

    def test_one_bad_line_holds_all_back(self):
        run = self.check(self.files("2026-01-01;T1;Bank;1500;", "2026-01-01;T9;Capital;;1500"))
        self.assertRegex(self.refusals(run)["balances", 3], "There is no account T9")
        self.assertRegex(self.refusals(run)["balances", 2], "posted as a whole")

    def test_one_date_and_one_side(self):
        run = self.check(self.files("2026-01-01;T1;Bank;1500;", "2026-02-01;T2;Capital;;1500"))
        self.assertRegex(self.refusals(run)["balances", 2], "of one date")
        run = self.check(self.files("2026-01-01;T1;Bank;1500;1500"))
        self.assertRegex(self.refusals(run)["balances", 2], "either debit or credit")
