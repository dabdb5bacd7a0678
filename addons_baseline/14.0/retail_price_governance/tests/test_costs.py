from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PriceCase


@tagged("post_install", "-at_install")
class TestCosts(PriceCase):
    def setUp(self):
        super().setUp()
        self.category.property_cost_method = "average"
        self.warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.env.company.id)], limit=1)

    def receive(self, product, quantity, price):
        move = self.env["stock.move"].create(
            {
                "name": "in",
                "product_id": product.product_variant_id.id,
                "product_uom": product.uom_id.id,
                "product_uom_qty": quantity,
                "price_unit": price,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
            }
        )
        move._action_confirm()
        move.quantity_done = quantity
        move._action_done()
        return move

    def test_what_is_received_goes_on_changing_it(self):
        product = self.product(100, cost=0)
        self.receive(product, 10, 40)
        self.assertEqual(product.standard_price, 40)
        self.receive(product, 10, 60)
        self.assertEqual(product.standard_price, 50)

    def test_a_receipt_that_is_corrected_does_too(self):
        product = self.product(100, cost=0)
        self.receive(product, 10, 40)
        move = self.receive(product, 10, 60)
        move.move_line_ids.with_user(self.editor).write({"qty_done": 30})
        self.assertEqual(product.standard_price, 55)

    def test_first_in_first_out_does_too(self):
        self.category.property_cost_method = "fifo"
        product = self.product(100, cost=0)
        self.receive(product, 10, 40)
        self.receive(product, 10, 60)
        out = self.receive(product, 10, 0).copy(
            {
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "product_uom_qty": 10,
            }
        )
        out._action_confirm()
        out._action_assign()
        out.quantity_done = 10
        out._action_done()
        self.assertEqual(product.standard_price, 60)

    def test_valuation_by_hand_is_refused(self):
        product = self.product(100, cost=0)
        self.receive(product, 10, 40)
        move = self.receive(product, 10, 60)
        # A public method of the move, that a script can call as often as it likes.
        with self.assertRaisesRegex(UserError, "approved price change"):
            move.with_user(self.editor).with_context(disable_auto_svl=True).product_price_update_before_done(
                forced_qty=1
            )

    def test_the_revaluation_of_stock_is_refused(self):
        product = self.product(100, cost=0)
        self.receive(product, 10, 40)
        wizards = self.env["stock.valuation.layer.revaluation"].with_user(self.editor)
        accounts = self.env["account.account"].search([("company_id", "=", self.env.company.id)], limit=1)
        journal = self.env["account.journal"].search([("type", "=", "general")], limit=1)
        wizard = wizards.create(
            {
                "product_id": product.product_variant_id.id,
                "company_id": self.env.company.id,
                "added_value": 100,
                "account_id": accounts.id,
                "account_journal_id": journal.id,
            }
        )
        with self.assertRaisesRegex(UserError, "approved price change"):
            wizard.action_validate_revaluation()

    def test_by_a_price_change_the_stock_is_valued_anew(self):
        product = self.product(100, cost=0)
        self.receive(product, 10, 40)
        line = {"product_tmpl_id": product.id, "kind": "cost", "new_price": 45}
        change = self.submit(self.change(line))
        self.assertEqual(change.line_ids.product_id, product.product_variant_id)
        self.assertEqual(change.approval_request_ids.step_ids.group_id.name, "Approves prices below cost")
        change.with_user(self.finance).action_approval_approve()
        self.assertEqual((product.standard_price, product.product_variant_id.value_svl), (45, 450))

    def test_a_first_cost_is_anybodys_while_there_is_no_stock(self):
        product = self.product(100, cost=0)
        product.with_user(self.editor).standard_price = 30
        self.assertEqual(product.standard_price, 30)
        with self.assertRaisesRegex(UserError, "approved price change"):
            product.with_user(self.editor).standard_price = 31
        stocked = self.product(100, cost=0)
        self.receive(stocked, 10, 0)
        with self.assertRaisesRegex(UserError, "approved price change"):
            stocked.with_user(self.editor).standard_price = 30

    def test_each_company_has_its_own(self):
        product = self.product(100, cost=30)
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.editor.company_ids += elsewhere
        there = product.with_user(self.editor).with_company(elsewhere)
        there.standard_price = 20
        self.assertEqual((there.standard_price, product.standard_price), (20, 30))
        with self.assertRaisesRegex(UserError, "approved price change"):
            there.standard_price = 21

    def test_nor_by_the_property_in_which_it_is_kept(self):
        product = self.product(100, cost=30)
        resource = f"product.product,{product.product_variant_id.id}"
        kept = self.env["ir.property"].search([("res_id", "=", resource), ("name", "=", "standard_price")])
        self.assertTrue(kept)
        default = {"name": "standard_price", "fields_id": kept.fields_id.id, "type": "float", "value_float": 1.0}
        for attempt in (
            lambda: kept.write({"value_float": 1.0}),
            lambda: kept.write({"value": 1.0}),
            lambda: kept.write({"res_id": "product.product,1"}),
            kept.unlink,
            lambda: kept.create(default),
            lambda: self.env["ir.property"]._set_default("standard_price", "product.product", 3.0),
        ):
            with self.assertRaises(UserError):
                attempt()
        self.assertEqual(product.standard_price, 30)
