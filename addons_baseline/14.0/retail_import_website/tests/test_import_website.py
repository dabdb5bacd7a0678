from odoo.addons.retail_import.tests.common import ImportCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestImportWebsite(ImportCase):
    def files(self, *cells):
        """The small shop with these cells of web;web_category, product by product."""
        files = self.shop(products=len(cells))
        header, *rows = files["products.csv"].decode().splitlines()
        more = [f"{row};{cell}" for row, cell in zip(rows, cells)]
        return {**files, "products.csv": "\n".join([f"{header};web;web_category", *more]).encode()}

    def with_cells(self, files, old, new):
        return {**files, "products.csv": files["products.csv"].replace(old.encode(), new.encode())}

    def test_a_new_product_is_published_with_the_approval_of_the_import(self):
        files = self.files("yes;T Home / T Lamps | T Gifts", "no;")
        run = self.imported(files)
        lamp, other = self.product("T-0"), self.product("T-1")
        self.assertEqual((lamp.approval_state, lamp.allow_web, lamp.is_published), ("approved", True, True))
        names = sorted(lamp.public_categ_ids.mapped("display_name"))
        self.assertEqual(names, ["T Gifts", "T Home / T Lamps"])
        self.assertEqual((other.approval_state, other.is_published), ("approved", False))
        self.assertIn(
            "New web shop category: T Gifts", run.line_ids.filtered(lambda line: line.key == "T-0").message
        )
        self.assertEqual(self.check(files).state, "done", "the same files change nothing")

    def test_a_product_that_is_there_is_published_by_the_decision_about_the_import(self):
        files = self.files(";")
        self.imported(files)
        lamp = self.product()
        self.assertFalse(lamp.is_published)
        run = self.check(self.with_cells(files, ";20;;", ";20;yes;T Lamps"))
        self.assertEqual(self.refusals(run), {})
        self.assertFalse(lamp.allow_web or lamp.open_change_id)
        self.approve(run)
        self.apply(run)
        self.assertTrue(lamp.is_published)
        self.assertEqual(lamp.public_categ_ids.mapped("name"), ["T Lamps"])
        self.imported(self.with_cells(files, ";20;;", ";20;no;T Lamps"))
        self.assertFalse(lamp.is_published)

    def test_what_the_web_shop_needs_is_asked_for_in_each_line(self):
        run = self.check(self.files("yes;", "no;"))
        self.assertEqual(self.refusals(run), {("products", 2): "Choose a category of the web shop."})

    def test_without_the_columns_nothing_is_published(self):
        self.imported(self.shop())
        self.assertFalse(self.product().is_published)
