from odoo.addons.retail_import.tests.common import ImportCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestImportPos(ImportCase):
    def files(self, *cells, products=1):
        """The small shop with these cells of till;till_category, product by product."""
        files = self.shop(products=products)
        header, *rows = files["products.csv"].decode().splitlines()
        more = [f"{row};{cell}" for row, cell in zip(rows, cells)]
        return {**files, "products.csv": "\n".join([f"{header};till;till_category", *more]).encode()}

    def with_cells(self, files, old, new):
        return {**files, "products.csv": files["products.csv"].replace(old.encode(), new.encode())}

    def test_a_new_product_is_in_the_till_with_the_approval_of_the_import(self):
        files = self.files("yes;T Home / T Lamps", "no;", products=2)
        run = self.imported(files)
        lamp, other = self.product("T-0"), self.product("T-1")
        self.assertEqual((lamp.approval_state, lamp.allow_pos, lamp.available_in_pos), ("approved", True, True))
        self.assertEqual(lamp.pos_categ_id.display_name, "T Home / T Lamps")
        self.assertEqual(lamp.till_reason, "")
        self.assertEqual((other.approval_state, other.available_in_pos), ("approved", False))
        self.assertEqual(run.approval_request_ids.step_ids.user_id, self.approver)
        self.assertEqual(self.check(files).state, "done", "the same files change nothing")

    def test_the_report_names_the_categories_that_come_with_it(self):
        run = self.check(self.files("yes;T Home / T Lamps", "yes;T Home / T Lamps", products=2))
        lines = run.line_ids.filtered(lambda line: line.kind == "products")
        first, second = lines.sorted("number")
        self.assertEqual(first.message, "New till category: T Home. New till category: T Home / T Lamps")
        self.assertEqual((first.verdict, second.verdict, second.message), ("created", "created", ""))
        self.assertFalse(self.env["pos.category"].search([("name", "=", "T Lamps")]), "a check leaves nothing")

    def test_a_product_that_is_there_comes_into_the_till_by_the_decision_about_the_import(self):
        category = self.env["pos.category"].create({"name": "T Lamps"})
        files = self.files(";")
        self.imported(files)
        lamp = self.product()
        self.assertFalse(lamp.available_in_pos)
        run = self.check(self.with_cells(files, ";20;;", ";20;yes;T Lamps"))
        self.assertEqual(self.refusals(run), {})
        self.assertFalse(lamp.allow_pos or lamp.open_change_id)
        self.approve(run)
        self.apply(run)
        self.assertEqual(
            (lamp.available_in_pos, lamp.pos_categ_id, lamp.open_change_id.id), (True, category, False)
        )

    def test_no_takes_it_out_and_an_empty_cell_leaves_it(self):
        files = self.files("yes;T Lamps")
        self.imported(files)
        empty = self.with_cells(files, "yes;T Lamps", ";T Lamps")
        self.assertEqual(self.check(empty).state, "done")
        self.imported(self.with_cells(files, "yes;T Lamps", "no;T Lamps"))
        self.assertFalse(self.product().available_in_pos)

    def test_what_the_till_needs_is_asked_for_in_each_line(self):
        run = self.check(self.files("yes;", "perhaps;T Lamps", products=2))
        self.assertEqual(
            self.refusals(run),
            {
                ("products", 2): "Choose a category of the till.",
                ("products", 3): "till: write yes or no instead of perhaps.",
            },
        )

    def test_a_name_that_two_categories_have_is_not_guessed(self):
        self.env["pos.category"].create([{"name": "T Lamps"}, {"name": "T Lamps"}])
        run = self.check(self.files("yes;T Lamps"))
        self.assertRegex(self.refusals(run)["products", 2], "several of this name: till category T Lamps")

    def test_where_no_product_needs_approval_it_is_in_the_till_at_once(self):
        self.imported(self.shop(products=0))
        lamps = self.env["product.category"].search([("complete_name", "ilike", "Home / Lamps")])
        self.importer.groups_id += self.env.ref("retail_base.group_policy")
        lamps.with_user(self.importer).approval_exempt = True
        self.imported(self.files("yes;T Lamps", "no;", products=2))
        self.assertTrue(self.product("T-0").available_in_pos)
        self.assertFalse(self.product("T-1").available_in_pos)
