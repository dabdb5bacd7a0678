from unittest.mock import patch

import psycopg2
from odoo.addons.retail_base import guard
from odoo.addons.retail_product_governance.tests.common import new_barcode
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models import import_apply, import_check
from .common import ImportCase


class _Killed(BaseException):
    """Nothing catches it, as nothing catches the end of a process."""


@tagged("post_install", "-at_install")
class TestApply(ImportCase):
    def test_products_are_approved_by_who_approved_the_import(self):
        run = self.imported(self.shop(products=3))
        self.assertEqual((run.state, self.verdicts(run, "outcome")), ("done", ["created"] * 6))
        product = self.product()
        self.assertEqual((product.approval_state, product.sale_ok, product.purchase_ok), ("approved", True, True))
        request = product.approval_request_ids
        self.assertEqual((request.requester_id, request.step_ids.user_id), (self.importer, self.approver))
        self.assertEqual(request.step_ids.group_id.name, "Product approver")
        self.assertEqual((product.list_price, product.seller_ids.price), (40.5, 20.0))
        self.assertEqual(product.categ_id._inherited("return_policy_id"), self.policy())
        product._approval_require()

    def test_nothing_happens_before_the_approval(self):
        run = self.check(self.shop())
        self.assertFalse(self.apply(run))
        run.action_approval_submit()
        self.assertFalse(self.apply(run))
        self.assertFalse(self.product())
        with self.assertRaises(AccessError):
            run.action_approval_approve()

    def test_an_import_with_refused_lines_is_not_submitted_unless_they_are_left_out(self):
        rows = ["code;name;category;sales_price", "BAD;Lamp;Garden;40"]
        files = {**self.shop(), "products.csv": "\n".join(rows).encode()}
        with self.assertRaisesRegex(UserError, "Correct the 1 lines"):
            self.check(files).action_approval_submit()
        run = self.check(files, without_refused=True)
        self.approve(run)
        self.assertTrue(self.apply(run))
        self.assertFalse(self.product("BAD"))
        self.assertTrue(self.env["res.partner"].search([("ref", "=", "T-V1")]))

    def test_a_product_whose_code_changes_meanwhile_is_taken_once(self):
        files = self.shop(products=1)
        self.imported(files)
        header, lamp = files["products.csv"].decode().splitlines()
        new = f"N-0;Lantern;Home / Lamps;{new_barcode()};40,50;T-V1;20"
        run = self.check({**files, "products.csv": "\n".join([header, new, lamp.replace("40,50", "41")]).encode()})
        self.assertEqual(self.refusals(run), {})
        self.approve(run)
        product = self.product()
        guard.passing(product).default_code = "N-0"
        with patch.object(import_apply, "BATCH", 1):
            self.assertTrue(self.apply(run))
        last = run.line_ids.filtered(lambda line: line.key == "T-0")
        self.assertEqual(last.result, "It means the same as line 2. Leave one of them.")
        self.assertEqual((product.default_code, product.name), ("N-0", "Lantern"))

    def test_once_more_changes_nothing_and_needs_nobody(self):
        files = self.shop(products=2)
        self.imported(files)
        run = self.check(files)
        self.assertEqual((run.state, set(self.verdicts(run))), ("done", {"same"}))

    def test_only_what_differs_is_changed(self):
        files = self.shop(products=2)
        self.imported(files)
        text = files["products.csv"].decode().replace("T-1;Lamp 1", "T-1;Lantern")
        run = self.imported({**files, "products.csv": text.encode()})
        self.assertEqual(self.verdicts(run, "outcome"), ["same"] * 4 + ["changed"])
        self.assertEqual(run.line_ids.filtered(lambda line: line.key == "T-1").message, "Name")
        self.assertEqual((self.product("T-0").name, self.product("T-1").name), ("Lamp 0", "Lantern"))

    def test_a_column_that_is_not_there_leaves_its_field(self):
        files = self.shop(products=1)
        rows = files["products.csv"].decode().splitlines()
        typed = "\n".join([f"{rows[0]};type;weight", f"{rows[1]};consumable;2,5"]).encode()
        self.imported({**files, "products.csv": typed})
        self.assertEqual((self.product().type, self.product().weight), ("consu", 2.5))
        self.assertEqual(self.check(files).state, "done")
        emptied = "\n".join([f"{rows[0]};weight", f"{rows[1]};".replace(";40,50;", ";;")]).encode()
        self.imported({**files, "products.csv": emptied})
        self.assertEqual((self.product().type, self.product().weight), ("consu", 0.0))
        self.assertEqual(self.product().list_price, 40.5, "nothing is for nothing because a cell is empty")

    def test_what_is_approved_on_a_product_changes_with_the_import(self):
        files = self.shop(products=1)
        self.imported(files)
        rows = files["categories.csv"].decode() + "\nHome / Lanterns;"
        text = files["products.csv"].decode().replace("Home / Lamps", "Home / Lanterns")
        changed = {**files, "categories.csv": rows.encode(), "products.csv": text.encode()}
        run = self.check(changed)
        self.assertEqual(self.product().categ_id.name, "Lamps")
        self.approve(run)
        self.assertTrue(self.apply(run))
        self.assertEqual((self.product().categ_id.name, self.product().approval_state), ("Lanterns", "approved"))
        change = self.product().change_ids
        self.assertEqual(change.approval_request_ids.step_ids.user_id, self.approver)

    def test_a_vendor_who_is_new_to_a_product_is_approved_with_the_import(self):
        files = self.shop(products=1)
        self.imported(files)
        vendors = files["vendors.csv"].decode() + "\nT-V2;Suedlicht;DE"
        text = files["products.csv"].decode().replace("T-V1", "T-V2")
        self.imported({**files, "vendors.csv": vendors.encode(), "products.csv": text.encode()})
        lines = self.product().seller_ids
        self.assertEqual(sorted(lines.mapped("name.ref")), ["T-V1", "T-V2"])
        self.assertFalse(any(lines.mapped("approval_pending")))
        self.assertEqual(self.product().change_ids.approval_request_ids.step_ids.user_id, self.approver)

    def test_somebody_elses_change_is_not_approved_along_with_it(self):
        files = self.shop(products=1)
        self.imported(files)
        other = self.env["product.category"].create(
            {"name": "Other", "parent_id": self.product().categ_id.parent_id.id}
        )
        self.product().with_user(self.importer).write({"categ_id": other.id})
        self.assertTrue(self.product().open_change_id)
        text = files["products.csv"].decode().replace(";2", ";299", 1)
        rows = text.splitlines()
        cells = rows[1].split(";")
        cells[3] = "2000000000008"
        changed = "\n".join([rows[0], ";".join(cells)])
        found = self.refusals(self.check({**files, "products.csv": changed.encode()}))
        self.assertRegex(found["products", 2], "has a change that waits")

    def test_a_product_that_nobody_approved_is_not_approved_by_being_in_a_file(self):
        self.imported(self.shop(products=0))
        category = self.env["product.category"].search([("complete_name", "ilike", "Home / Lamps")])
        draft = self.env["product.template"].with_user(self.importer)
        draft = draft.create({"name": "By hand", "default_code": "T-0", "categ_id": category.id})
        run = self.check(self.shop(products=1))
        line = run.line_ids.filtered(lambda each: each.key == "T-0")
        self.assertEqual(line.verdict, "changed")
        self.assertRegex(line.message, "not approved yet")
        self.approve(run)
        self.apply(run)
        self.assertEqual((draft.name, draft.approval_state, draft.sale_ok), ("Lamp 0", "draft", False))

    def test_another_group_of_a_category_has_to_agree_too(self):
        board = self.env["res.groups"].create({"name": "Board"})
        top = self.env.ref("product.product_category_all")
        home = {"name": "Home", "parent_id": top.id, "approver_group_id": board.id}
        guard.passing(self.env["product.category"]).create(home)
        run = self.check(self.shop())
        self.assertEqual(set(run.group_ids.mapped("name")), {"Approves imports", "Board"})
        self.approve(run)
        self.assertEqual(run.approval_state, "pending")
        member = new_test_user(
            self.env, "t-board", groups="base.group_user,retail_product_governance.group_product_approver"
        )
        member.groups_id += board
        run.with_user(member).action_approval_approve()
        self.assertTrue(self.apply(run))
        self.assertEqual(self.product().approval_request_ids.step_ids.user_id, member)

    def test_it_goes_on_where_it_was_killed(self):
        """Of what was kept, nothing is done again; of what was not, nothing is there."""
        run = self.check(self.shop(products=5))
        self.approve(run)
        kept = []

        def keep(each):
            each.flush()
            kept.append(each.line_ids.filtered("outcome").ids)
            if len(kept) == 3:
                raise _Killed

        runs = type(self.runs)
        two = patch.object(import_apply, "BATCH", 2)
        with two, patch.object(runs, "_keep", keep), self.assertRaises(_Killed):
            run._apply()
        self.assertEqual(len(kept[-1]), 5)
        self.assertEqual(run.state, "applying")
        with two:
            self.assertTrue(self.apply(run))
        self.assertEqual((run.state, self.verdicts(run, "outcome")), ("done", ["created"] * 8))
        self.assertEqual(self.env["product.template"].search_count([("default_code", "=like", "T-_")]), 5)

    def test_a_batch_that_meets_others_is_tried_again(self):
        run = self.check(self.shop())
        self.approve(run)
        runs = type(self.runs)
        original, tries = runs._apply_lines, []

        def meets_another(each, lines):
            tries.append(len(lines))
            if len(tries) == 1:
                raise _Conflict
            return original(each, lines)

        with patch.object(runs, "_apply_lines", meets_another), patch.object(import_apply, "PAUSE", 0):
            self.assertTrue(self.apply(run))
        self.assertEqual(self.verdicts(run, "outcome"), ["created"] * 4)

    def test_it_stops_when_its_time_is_over_and_the_scheduled_action_goes_on(self):
        run = self.check(self.shop())
        self.approve(run)
        self.assertFalse(self.apply(run, seconds=0))
        self.assertEqual(run.state, "applying")
        with self.own_transaction():
            self.env.ref("retail_import.cron_apply").method_direct_trigger()
        self.env.cache.invalidate()
        self.assertEqual(run.state, "done")

    def test_what_is_refused_only_now_is_told_and_the_rest_is_done(self):
        run = self.check(self.shop(products=3))
        self.approve(run)
        self.env["product.product"].create({"name": "Other", "barcode": self._barcode_of(run, 3)})
        self.assertTrue(self.apply(run))
        refused = run.line_ids.filtered(lambda line: line.outcome == "refused")
        self.assertEqual((refused.kind, refused.number), ("products", 3))
        self.assertEqual(len(self.product("T-0") | self.product("T-1") | self.product("T-2")), 2)

    def _barcode_of(self, run, number):
        file = run.file_ids.filtered(lambda each: each.name == "products.csv")
        return file._rows({number})[number].values["barcode"]

    def test_a_price_is_set_after_the_approval_and_found_again(self):
        pricelist = self.env["product.pricelist"].create({"name": "T Club"})
        rows = ["pricelist;product;price;minimum;from", "T Club;T-0;35,00;1,0;2026-12-01"]
        files = self.shop(prices=rows)
        self.imported(files)
        item = pricelist.item_ids.filtered("product_tmpl_id")
        self.assertEqual((item.fixed_price, str(item.date_start)), (35.0, "2026-12-01 00:00:00"))
        self.assertEqual(self.check(files).state, "done")
        again = self.shop(prices=["pricelist;product;price;minimum;from", "T Club;T-0;34;1;01/12/2026"])
        self.imported({"prices.csv": again["prices.csv"]})
        self.assertEqual(pricelist.item_ids.filtered("product_tmpl_id").fixed_price, 34.0)

    def test_customers_are_found_by_reference_and_not_taken_for_vendors(self):
        rows = ["ref;name;company;city", "T-V1;Ana;no;Lyon", "T-C2;Bâtir SA;oui;Lille"]
        self.imported(self.shop(customers=rows))
        found = self.env["res.partner"].search([("ref", "in", ("T-V1", "T-C2"))])
        self.assertEqual(sorted(found.mapped("name")), ["Ana", "Bâtir SA", "Nordlicht"])
        self.assertEqual(sorted(found.filtered("is_company").mapped("name")), ["Bâtir SA", "Nordlicht"])

    def test_large_files_are_taken_in_batches(self):
        with patch.object(import_check, "BATCH", 2), patch.object(import_apply, "BATCH", 2):
            run = self.imported(self.shop(products=5))
        self.assertEqual(self.verdicts(run, "outcome"), ["created"] * 8)


class _Conflict(psycopg2.OperationalError):
    pgcode = "40001"
