"""Somebody who imports, somebody who approves, and files as text."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.addons.retail_product_governance.tests.common import new_barcode
from odoo.tests import SavepointCase, new_test_user

RIGHTS = (
    "base.group_user,sales_team.group_sale_manager,purchase.group_purchase_manager,stock.group_stock_manager,"
    "account.group_account_manager,retail_import.group_importer"
)


class ImportCase(SavepointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.importer = new_test_user(cls.env, "t-importer", groups=RIGHTS)
        cls.approver = new_test_user(
            cls.env, "t-approver", groups="base.group_user,retail_import.group_import_approver"
        )
        cls.store = cls.env["stock.warehouse"].create({"name": "T Rivoli", "code": "TRIV"})
        company = cls.env.company
        for use in ("sale", "purchase"):
            tax = cls.env["account.tax"].create({"name": f"T 20 {use}", "type_tax_use": use, "amount": 20.0})
            company[f"account_{use}_tax_id"] = tax
        cls.runs = cls.env["retail.import.run"].with_user(cls.importer)

    # Files.

    def shop(self, products=1, **files):
        """Files of a small shop with so many products; others, as lists of lines, come on top."""
        lamps = [
            f"T-{number};Lamp {number};Home / Lamps;{new_barcode()};40,50;T-V1;20" for number in range(products)
        ]
        texts = {
            "categories": ["category;return_policy", "Home;30 days", "Home / Lamps;"],
            "vendors": ["ref;name;country", "T-V1;Nordlicht;DE"],
            "products": ["code;name;category;barcode;sales_price;vendor;vendor_price", *lamps],
            **files,
        }
        return {f"{name}.csv": "\n".join(lines).encode() for name, lines in texts.items() if lines}

    @classmethod
    def policy(cls):
        return cls.env.ref("retail_product_governance.return_policy_30")

    # The way of an import.

    def check(self, files, **options):
        return self.runs._check(files, **options)

    def refusals(self, run):
        """Messages of refused lines by file and line."""
        lines = run.line_ids.filtered(lambda line: line.verdict == "refused")
        return {(line.kind, line.number): line.message for line in lines}

    def verdicts(self, run, field="verdict"):
        return [line[field] for line in run.line_ids.sorted("id")]

    def approve(self, run):
        run.action_approval_submit()
        run.with_user(self.approver).action_approval_approve()

    def apply(self, run, **options):
        with self.own_transaction():
            done = run._apply(**options)
        self.env.cache.invalidate()
        return done

    @contextmanager
    def own_transaction(self):
        """A test's transaction ends with the test, so nothing is committed or rolled back."""
        runs = type(self.runs)
        with (
            patch.object(runs, "_keep", lambda run: run.flush()),
            patch.object(runs, "_take_back", lambda run: None),
        ):
            yield

    def imported(self, files):
        """The run after everything, which had nothing to refuse."""
        run = self.check(files)
        self.assertEqual(self.refusals(run), {})
        self.approve(run)
        self.assertTrue(self.apply(run))
        return run

    def product(self, code="T-0"):
        return self.env["product.template"].search([("default_code", "=", code)])
