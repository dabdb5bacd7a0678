from unittest.mock import patch

from odoo.addons.retail_base import guard
from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.addons.retail_import.models import import_apply, import_check
from odoo.addons.retail_import.tests.common import ImportCase
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

NOT_OUTSIDE = "neither till nor website nor mail knows price changes"


class PricesCase(ImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["retail.price.rule"].search([]).write({"active": False})
        cls.club = cls.env["product.pricelist"].create({"name": "T Club"})
        cls.manager = cls.person("t-manager", "retail_price_governance.group_price_manager")
        cls.finance = cls.person("t-finance", "retail_price_governance.group_price_finance")
        cls.there = cls.shop(cls, products=2)

    @classmethod
    def person(cls, login, group):
        user = new_test_user(cls.env, login, groups="base.group_user")
        user.groups_id += cls.env.ref(group)
        return user

    def in_the_shop(self):
        """Two approved products that cost 40.50, made yesterday, as in a shop that trades."""
        self.imported(self.there)
        products = self.product("T-0") | self.product("T-1")
        self.env["base"].flush()
        query = "UPDATE product_template SET create_date = create_date - interval '1 day' WHERE id IN %s"
        self.cr.execute(query, (products._ids,))
        products.invalidate_cache()
        return products

    def limits(self, percent):
        return self.env["retail.price.rule"].create({"max_change": percent, "days": 0})

    def with_price(self, price, code="T-1"):
        """The same files with another sales price of one product."""
        lines = self.there["products.csv"].decode().splitlines()
        changed = [line.replace(";40,50;", f";{price};") if line.startswith(code) else line for line in lines]
        return {**self.there, "products.csv": "\n".join(changed).encode()}

    def prices(self, *rows):
        return {"prices.csv": "\n".join(["pricelist;product;price;minimum;from", *rows]).encode()}

    def has_to_agree(self, run):
        return set(run.group_ids.sudo().mapped("name"))

    def changes(self, run):
        return self.env["retail.price.change"].search([("import_id", "=", run.id)])

    def rules(self):
        return self.club.item_ids.filtered("product_tmpl_id")


@tagged("post_install", "-at_install")
class TestImportPrices(PricesCase):
    def test_first_prices_of_new_products_pass_with_them(self):
        run = self.check({**self.there, **self.prices("T Club;T-0;35;;", "T Club;T-1;36;;")})
        self.assertEqual((self.refusals(run), self.has_to_agree(run)), ({}, {"Approves imports"}))
        self.approve(run)
        self.assertTrue(self.apply(run))
        self.assertEqual(sorted(self.rules().mapped("fixed_price")), [35, 36])
        self.assertEqual(self.product("T-0").list_price, 40.5)
        change = self.changes(run)
        self.assertEqual((len(change), len(change.item_ids), change.state), (1, 2, "applied"))
        request = change.approval_request_ids
        self.assertEqual((request.requester_id, request.state), (self.importer, "approved"))

    def test_a_first_price_below_cost_is_not_the_importers_alone(self):
        rows = self.there["products.csv"].decode().splitlines()
        costly = "\n".join([f"{rows[0]};cost", f"{rows[1]};30"]).encode()
        run = self.check({**self.there, "products.csv": costly, **self.prices("T Club;T-0;20;;")})
        self.assertEqual(self.refusals(run), {})
        self.assertEqual(
            self.has_to_agree(run), {"Approves imports", "Price manager", "Approves prices below cost"}
        )

    def test_without_a_rule_a_price_manager_decides_about_prices_of_what_is_sold(self):
        products = self.in_the_shop()
        run = self.check({**self.with_price("44,00"), **self.prices("T Club;T-0;35;;")})
        self.assertEqual(self.refusals(run), {})
        self.assertEqual(self.has_to_agree(run), {"Approves imports", "Price manager"})
        self.assertEqual((products.mapped("list_price"), len(self.rules())), ([40.5, 40.5], 0))
        self.approve(run)
        self.assertEqual(run.approval_state, "pending")
        self.assertTrue(run.with_user(self.manager).line_ids.mapped("message"), "who decides reads the report")
        run.with_user(self.manager).action_approval_approve()
        self.assertTrue(self.apply(run))
        self.assertEqual((self.product("T-1").list_price, self.rules().fixed_price), (44, 35))
        for change in self.changes(run):
            self.assertEqual(change.approval_request_ids.step_ids.user_id, self.manager)
        self.assertEqual(self.check({**self.with_price("44,00"), **self.prices("T Club;T-0;35;;")}).state, "done")

    def test_within_the_rules_nobody_else_decides(self):
        self.in_the_shop()
        self.limits(15)
        files = {**self.with_price("44,00"), **self.prices("T Club;T-0;38;;")}
        run = self.imported(files)
        self.assertEqual(self.has_to_agree(run), {"Approves imports"})
        self.assertEqual((self.product("T-1").list_price, self.rules().fixed_price), (44, 38))
        self.assertEqual(self.verdicts(run, "outcome"), ["same"] * 4 + ["changed", "created"])
        run = self.imported({**files, **self.prices("T Club;T-0;37;;")})
        self.assertEqual((self.verdicts(run, "outcome")[-1], self.rules().fixed_price), ("changed", 37))
        self.assertEqual(self.changes(run).item_ids.action, "change")

    def test_what_else_changes_is_said_with_the_price(self):
        self.in_the_shop()
        self.limits(15)
        files = self.with_price("44,00")
        text = files["products.csv"].decode().replace("T-1;Lamp 1", "T-1;Lantern")
        run = self.imported({**files, "products.csv": text.encode()})
        line = run.line_ids.filtered(lambda each: each.key == "T-1")
        self.assertEqual((line.message, line.result), ("Sales Price, Name", "Sales Price, Name"))
        self.assertEqual((self.product("T-1").name, self.product("T-1").list_price), ("Lantern", 44))

    def test_what_asks_for_somebody_else_meanwhile_is_refused_and_the_rest_is_done(self):
        self.in_the_shop()
        rule = self.limits(15)
        files = {**self.with_price("44,00"), **self.prices("T Club;T-0;38;;")}
        text = files["products.csv"].decode().replace("T-0;Lamp 0", "T-0;Lantern")
        run = self.check({**files, "products.csv": text.encode()})
        self.approve(run)
        rule.max_change = 7
        self.assertTrue(self.apply(run))
        self.assertEqual(self.verdicts(run, "outcome")[-3:], ["changed", "refused", "created"])
        refused = run.line_ids.filtered(lambda each: each.outcome == "refused")
        self.assertRegex(refused.result, "needs the approval of: .*Price manager")
        self.assertEqual((self.product("T-1").list_price, self.product("T-0").name), (40.5, "Lantern"))

    def test_a_product_of_another_hand_is_not_taken_for_new(self):
        """Its pricelist rule is a price manager's to decide about, though nobody has approved it yet."""
        self.imported(self.shop(products=0))
        category = self.env["product.category"].search([("complete_name", "ilike", "Home / Lamps")])
        draft = self.env["product.template"].with_user(self.importer)
        draft = draft.create({"name": "By hand", "default_code": "T-9", "categ_id": category.id})
        self.env["base"].flush()
        query = "UPDATE product_template SET create_date = create_date - interval '1 day' WHERE id = %s"
        self.cr.execute(query, (draft.id,))
        run = self.check(self.prices("T Club;T-9;35;;"))
        self.assertEqual(self.has_to_agree(run), {"Approves imports", "Price manager"})

    def test_whoever_may_not_change_prices_does_not_by_an_import(self):
        self.in_the_shop()
        clerk = new_test_user(self.env, "t-clerk", groups="base.group_user,retail_import.group_importer")
        files = {**self.prices("T Club;T-0;35;;"), "products.csv": self.with_price("44,00")["products.csv"]}
        run = self.runs.with_user(clerk)._check(files)
        self.assertEqual(sorted(self.refusals(run)), [("prices", 2), ("products", 3)])

    def barcode(self, number):
        return self.there["products.csv"].decode().splitlines()[1 + number].split(";")[3]

    def test_one_price_written_in_two_ways_is_refused_the_second_time(self):
        rows = [
            "T Club;T-0;35;;",
            f"T Club;{self.barcode(0)};36;;",
            "T Club;T-1;37;2;2027-01-06",
            "T Club;T-1;38;2,0;06/01/2027",
            "T Club;T-1;34;1234567;",
            "T Club;T-1;33;1234568;",
            "T Club;T-0;39;0;",
        ]
        same = "It means the same as line {}. Leave one of them."
        for size in (import_check.BATCH, 1):
            with patch.object(import_check, "BATCH", size), patch.object(import_apply, "BATCH", size):
                run = self.check({**self.there, **self.prices(*rows)}, without_refused=True)
                found = {number: text for (_kind, number), text in self.refusals(run).items()}
                self.assertEqual(found, {3: same.format(2), 5: same.format(4), 8: same.format(2)})
        self.approve(run)
        self.assertTrue(self.apply(run))
        self.assertEqual(sorted(self.rules().mapped("fixed_price")), [33, 34, 35, 37])

    def test_what_means_the_same_only_since_the_check_does_not_win_silently(self):
        self._assert_the_first_holds(batch=import_apply.BATCH)

    def test_an_earlier_batch_is_remembered(self):
        """By the report, so that it is after a kill as well."""
        self._assert_the_first_holds(batch=1)

    def _assert_the_first_holds(self, batch):
        """Of two lines whose products became one when its barcode moved, between check and application."""
        self.in_the_shop()
        self.limits(15)
        run = self.check(self.prices("T Club;T-0;38;;", f"T Club;{self.barcode(1)};39;;"))
        self.assertEqual(self.refusals(run), {})
        self.approve(run)
        query = "UPDATE product_product SET barcode = %s WHERE id = %s"
        for code, barcode in (("T-1", None), ("T-0", self.barcode(1))):
            self.cr.execute(query, (barcode, self.product(code).product_variant_id.id))
        self.env.cache.invalidate()
        with patch.object(import_apply, "BATCH", batch):
            self.assertTrue(self.apply(run))
        self.assertEqual(self.verdicts(run, "outcome"), ["created", "refused"])
        self.assertRegex(run.line_ids.sorted("id")[1].result, "means the same as line 2")
        self.assertEqual(self.rules().mapped("fixed_price"), [38])

    def test_a_check_leaves_nothing(self):
        self.in_the_shop()
        before = self.env["retail.price.change"].search_count([])
        self.check({**self.with_price("44,00"), **self.prices("T Club;T-0;35;;")})
        self.assertEqual(self.env["retail.price.change"].search_count([]), before)
        self.assertFalse(self.rules())


def _draft(case):
    products = case.env["product.template"].search([("sale_ok", "=", True)], limit=1)
    return case.env["retail.price.change"].create(
        {"name": "By hand", "line_ids": [(0, 0, {"product_tmpl_id": products.id, "new_price": 1})]}
    )


def _by_the_import(case, record):
    guard.passing(record.sudo()).write({"imported": True})


@tagged("post_install", "-at_install")
class TestGuards(PricesCase, GuardTable):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.editor = cls.person("t-editor", "retail_price_governance.group_price_editor")
        # A server action runs for those alone who may write the model.
        cls.env.ref("base.user_admin").groups_id += cls.env.ref("retail_price_governance.group_price_editor")

    guards = (
        Guard(
            name="passing_for_an_import",
            model="retail.price.change",
            values={"imported": True},
            record=_draft,
            create=lambda case: {"name": "By hand"},
            user=lambda case: case.editor,
            proper=_by_the_import,
            buttons=("action_check", "action_cancel"),
            ways={
                "pos": NOT_OUTSIDE,
                "website": NOT_OUTSIDE,
                "mail_gateway": NOT_OUTSIDE,
                "archived": "it cannot be archived",
            },
            refused_anyway={"other_company": "the record rule of companies"},
        ),
    )

    def test_it_says_what_to_do(self):
        with self.assertRaisesRegex(UserError, "cannot be set by hand"):
            _draft(self).with_user(self.editor).write({"imported": True})
