from unittest.mock import patch

from odoo.addons.retail_base import guard
from odoo.tests import tagged

from ..models import import_check
from .common import ImportCase


@tagged("post_install", "-at_install")
class TestCheck(ImportCase):
    def test_it_says_what_would_become_of_each_line_and_changes_nothing(self):
        run = self.check(self.shop(products=2))
        self.assertEqual(self.refusals(run), {})
        self.assertEqual(self.verdicts(run), ["created"] * 5)
        self.assertEqual([line.number for line in run.line_ids.sorted("id")], [2, 3, 2, 2, 3])
        self.assertFalse(self.product())
        self.assertFalse(self.env["res.partner"].search([("ref", "=", "T-V1")]))
        self.assertEqual(run.state, "checked")
        self.assertIn("products: New 2", run.summary)

    def test_bad_files_are_told_as_such(self):
        files = {
            "vendors.csv": "ref;name\nV;Café\n".encode("cp1252"),
            "customers.csv": b"ref\nC\n",
            "products.csv": b"",
            "prices.csv": b"pricelist;product;price;colour\n",
            "secrets.csv": b"a;b\n",
        }
        found = self.refusals(self.check(files))
        self.assertRegex(found["vendors", 0], "Line 2 is not UTF-8")
        self.assertEqual(found["customers", 0], "Add the columns: name.")
        self.assertRegex(found["products", 0], "is empty")
        self.assertRegex(found["prices", 0], "Remove or correct the columns: colour")
        self.assertRegex(found["secrets", 0], "No file of this name")

    def test_bad_lines_are_told_and_the_others_are_not_held_back(self):
        barcode = "2900000099997"
        products = [
            "code;name;category;barcode;sales_price;unit;sale_tax;vendor;vendor_price;type",
            "GOOD;Lamp;Home / Lamps;2000000000008;40;;;T-V1;20;",
            ";Lamp;Home / Lamps;;40;;;T-V1;20;",
            "CAT;Lamp;Garden;;40;;;T-V1;20;",
            "TAX;Lamp;Home / Lamps;;40;;19 percent;T-V1;20;",
            "UNIT;Lamp;Home / Lamps;;40;Bushel;;T-V1;20;",
            "GTIN;Lamp;Home / Lamps;4006381333932;40;;;T-V1;20;",
            "VEND;Lamp;Home / Lamps;2000000000015;40;;;T-V9;20;",
            "NONE;Lamp;Home / Lamps;2000000000022;40;;;;;",
            "NUM;Lamp;Home / Lamps;2000000000039;1,234;;;T-V1;20;",
            f"GOOD;Again;Home / Lamps;{barcode};40;;;T-V1;20;",
            "CELL;Lamp;Home / Lamps;2000000000046;40;;;T-V1;20;storable;more",
            "KIND;Lamp;Home / Lamps;2000000000053;40;;;T-V1;20;gadget",
            "FREE;Lamp;Home / Lamps;2000000000060;;;;T-V1;20;",
            "LESS;Lamp;Home / Lamps;2000000000077;-4;;;T-V1;20;",
        ]
        run = self.check({**self.shop(), "products.csv": "\n".join(products).encode()})
        found = {line: text for (kind, line), text in self.refusals(run).items() if kind == "products"}
        for line, text in {
            3: "Fill in the column code",
            4: "There is no category Garden",
            5: "There is no tax 19 percent",
            6: "There is no unit Bushel",
            7: "check digit is wrong: 4006381333932",
            8: "There is no vendor T-V9",
            9: "Enter a vendor",
            10: "sales_price: write 1,234 as 1234.50",
            11: "says the same as line 2",
            12: "It has 11 cells instead of 10",
            13: "storable, consumable or service instead of gadget",
            14: "Enter a sales price",
            15: "sales_price cannot be negative",
        }.items():
            self.assertRegex(found.pop(line), text)
        self.assertEqual(found, {})
        self.assertRegex("\n".join(run._approval_problems()), "Correct the 13 lines")

    def test_one_category_written_in_two_ways_is_refused_the_second_time(self):
        rows = ["category;return_policy", "Home;30 days", "Home / Lamps;", "Home/Lamps;30 days", "All / Home;"]
        found = self.refusals(self.check({"categories.csv": "\n".join(rows).encode()}))
        same = "It means the same as line {}. Leave one of them."
        self.assertEqual(found, {("categories", 4): same.format(3), ("categories", 5): same.format(2)})

    def test_a_product_named_by_two_codes_is_refused_the_second_time(self):
        """By the code that its import gave it, and by the one that a person gave it since."""
        self.imported(self.shop(products=1))
        guard.passing(self.product()).default_code = "N-0"
        header = "code;name;category;sales_price;vendor;vendor_price"
        for codes in (("T-0", "N-0"), ("N-0", "T-0")):
            rows = [header, *(f"{code};Lamp 0;Home / Lamps;40,50;T-V1;20" for code in codes)]
            files = {**self.shop(), "products.csv": "\n".join(rows).encode()}
            refused = {("products", 3): "It means the same as line 2. Leave one of them."}
            with self.subTest(codes=codes):
                self.assertEqual(self.refusals(self.check(files)), refused)
            with self.subTest(codes=codes, batches="of one line"), patch.object(import_check, "BATCH", 1):
                self.assertEqual(self.refusals(self.check(files)), refused)
            rows = [header, f"{codes[0]};Lamp 0;Home / Lamps;40,50;T-V1;20"]
            with self.subTest(code=codes[0]):
                alone = {**files, "products.csv": "\n".join(rows).encode()}
                self.assertEqual(self.refusals(self.check(alone)), {})

    def test_a_barcode_that_something_else_has_is_refused(self):
        self.imported(self.shop(products=1))
        taken = self.product().barcode
        header = "code;name;category;barcode;sales_price;vendor"
        rows = [header, *(f"{code};Lamp;Home / Lamps;{taken};40;T-V1" for code in ("T-9", "T-0"))]
        found = self.refusals(self.check({**self.shop(), "products.csv": "\n".join(rows).encode()}))
        self.assertEqual(found, {("products", 2): f"T-0 has the barcode {taken} already."})
        rows = [header, *(f"{code};Lamp;Home / Lamps;2000000000008;40;T-V1" for code in ("T-7", "T-8"))]
        found = self.refusals(self.check({**self.shop(), "products.csv": "\n".join(rows).encode()}))
        self.assertEqual(found, {("products", 3): "T-7 has the barcode 2000000000008 already."})

    def test_what_a_person_may_not_make_is_refused(self):
        self.importer.groups_id -= self.env.ref("account.group_account_manager")
        for group in (
            "stock.group_stock_manager",
            "purchase.group_purchase_manager",
            "sales_team.group_sale_manager",
        ):
            self.importer.groups_id -= self.env.ref(group)
        found = self.refusals(self.check(self.shop(products=1)))
        self.assertRegex(found["categories", 2], "not allowed to create")

    def test_names_are_found_in_another_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.policy().with_context(lang="fr_FR").name = "Trente jours"
        for name in ("Trente jours", "30 days"):
            rows = ["category;return_policy", f"Home;{name}"]
            runs = self.runs.with_context(lang="fr_FR")
            run = runs._check({"categories.csv": "\n".join(rows).encode()})
            self.assertEqual(self.refusals(run), {})

    def test_what_changes_on_a_category_counts_for_its_products(self):
        self.imported({"categories.csv": b"category\nHome\nHome / Lamps"})
        files = self.shop()
        without = {name: files[name] for name in ("vendors.csv", "products.csv")}
        self.assertRegex(self.refusals(self.check(without))["products", 2], "return policy")
        self.assertEqual(self.refusals(self.check(files)), {})

    def test_a_check_does_not_keep_what_is_in_use_locked(self):
        files = self.shop()
        self.imported(files)
        vendor = self.env["res.partner"].search([("ref", "=", "T-V1")])
        seen = []
        text = files["vendors.csv"].replace(b"Nordlicht", b"Nordlicht Leuchten")
        listen = lambda done, of: seen.append((done, of, vendor.name))  # noqa: E731
        run = self.check({**files, "vendors.csv": text}, tell=listen)
        self.assertEqual(seen, [(2, 4, "Nordlicht"), (3, 4, "Nordlicht"), (4, 4, "Nordlicht")])
        self.assertEqual(run.line_ids.filtered(lambda line: line.key == "T-V1").verdict, "changed")

    def test_the_same_files_have_the_same_fingerprint(self):
        files = self.shop()
        run = self.check(files)
        self.assertEqual(self.runs._latest(self.runs._digest(files)), run)
        changed = {**files, "vendors.csv": files["vendors.csv"] + b"\n"}
        self.assertFalse(self.runs._latest(self.runs._digest(changed)))
