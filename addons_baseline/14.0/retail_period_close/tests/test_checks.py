from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import LAST, THAT_DAY, WITHIN, PeriodCase

LATER = fields.Datetime.to_datetime("2020-02-03 12:00:00")


@tagged("post_install", "-at_install")
class TestLedger(PeriodCase):
    def test_a_quiet_month_passes_every_check(self):
        period = self.checked()
        self.assertEqual(len(period.result_ids), self.env["retail.period.check"].search_count([]))
        self.assertEqual(set(period.result_ids.mapped("verdict")), {"passed"})

    def test_entries_that_are_not_posted(self):
        entry = self.entry()
        self.entry(LATER.date())
        finding = self.found("draft_entries")
        self.assertEqual((finding.ids, finding.amount), (entry.ids, 7.0))
        entry.action_post()
        self.assertFalse(self.found("draft_entries").ids)

    def test_debts_without_a_vendor(self):
        payable = self.account("Payable", "account.data_account_type_payable", reconcile=True)
        entry = self.entry(credit=payable)
        entry.action_post()
        line = entry.line_ids.filtered("credit")
        self.assertEqual(self.found("payable_without_vendor").ids, line.ids)
        line.partner_id = self.partner
        self.assertFalse(self.found("payable_without_vendor").ids)

    def test_bank_lines_that_are_not_matched(self):
        statement = self.env["account.bank.statement"].create(
            {
                "journal_id": self.journal("bank").id,
                "date": THAT_DAY,
                "line_ids": [(0, 0, {"payment_ref": "x", "amount": 12.0, "date": THAT_DAY})],
            }
        )
        statement.button_post()
        finding = self.found("bank_lines")
        self.assertEqual((finding.ids, finding.amount), (statement.line_ids.ids, 12.0))

    def test_accounts_of_stock_against_its_value(self):
        valuation = self.account("Valuation")
        self.category.property_valuation = "real_time"
        self.category.property_stock_valuation_account_id = valuation
        self.category.property_stock_account_input_categ_id = self.account("Input", reconcile=True)
        self.category.property_stock_account_output_categ_id = self.account("Output", reconcile=True)
        self.category.property_stock_journal = self.journal()
        self.move_goods(self.lamp, 3)
        self.assertFalse(self.found("valuation_ledger").ids)
        self.assertFalse(self.found("valuation_manual").ids, "an account follows it")
        self.move_goods(self.lamp, 5, moment=LATER)
        self.assertFalse(self.found("valuation_ledger").ids, "what came later belongs to neither")
        self.entry(debit=valuation).action_post()
        finding = self.found("valuation_ledger")
        self.assertEqual((finding.ids, finding.amount), (valuation.ids, 7.0))
        self.env.ref("retail_period_close.check_valuation_ledger").tolerance = 7.0
        self.assertFalse(self.found("valuation_ledger").ids, "within what policy tolerates")

    def date_layers(self, product):
        """Without an entry, a layer counts from when it was made."""
        self.env["base"].flush()
        self.cr.execute(
            "UPDATE stock_valuation_layer SET create_date = %s WHERE product_id = %s", (WITHIN, product.id)
        )

    def test_a_shop_as_it_is_delivered_books_no_stock_and_is_told(self):
        delivered = self.env.ref("product.product_category_all")
        self.assertEqual(delivered.property_valuation, "manual_periodic")
        vase = self.product("Vase", categ_id=delivered.id)
        self.move_goods(vase, 3)
        self.date_layers(vase)
        self.assertFalse(self.found("valuation_ledger").ids, "there is no account to compare with")
        finding = self.found("valuation_manual")
        self.assertEqual((finding.model, finding.ids, finding.amount), ("product.category", delivered.ids, 30.0))
        period = self.checked()
        self.assertEqual(self.result(period, "valuation_manual").verdict, "shown")
        self.assertEqual(self.result(period, "valuation_manual").action_open()["res_model"], "product.category")
        self.move_goods(vase, 3, self.stock, self.env.ref("stock.stock_location_customers"))
        self.date_layers(vase)
        self.assertFalse(self.found("valuation_manual").ids, "nothing is left")

    def test_a_check_that_nobody_knows(self):
        with self.assertRaisesRegex(ValidationError, "No addon knows a check moon"):
            self.env["retail.period.check"].create({"code": "moon", "name": "Moon", "advice": "Look up."})


@tagged("post_install", "-at_install")
class TestTrade(PeriodCase):
    def purchase(self, quantity=10, price=4.0, **values):
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.partner.id,
                "order_line": [
                    (0, 0, {
                        "name": "Lamp", "product_id": self.lamp.id, "product_qty": quantity, "price_unit": price,
                        "product_uom": self.lamp.uom_id.id, "date_planned": WITHIN, **values,
                    })
                ],
            }
        )  # fmt: skip
        order.button_confirm()
        if order.state == "to approve":
            order.button_approve(force=True)
        order.date_approve = WITHIN
        return order

    def bill(self, order, day=THAT_DAY):
        action = order.action_create_invoice()
        bill = self.env["account.move"].browse(action["res_id"])
        bill.write({"invoice_date": day, "date": day})
        bill.action_post()
        return bill

    def test_received_and_not_billed(self):
        order = self.purchase()
        self.do(order.picking_ids.move_lines, 6)
        finding = self.found("received_not_billed")
        self.assertEqual((finding.ids, finding.amount), (order.ids, 24.0))
        self.bill(order)
        self.assertFalse(self.found("received_not_billed").ids)

    def test_a_bill_of_february_is_no_bill_of_january(self):
        order = self.purchase()
        self.do(order.picking_ids.move_lines, 6)
        self.bill(order, LATER.date())
        self.assertEqual(self.found("received_not_billed").ids, order.ids)
        self.assertFalse(self.found("received_not_billed", LATER.date()).ids)

    def test_received_in_february(self):
        order = self.purchase()
        self.do(order.picking_ids.move_lines, 6, LATER)
        self.assertFalse(self.found("received_not_billed").ids)

    def test_what_went_back_to_the_vendor_is_not_owed(self):
        order = self.purchase()
        picking = order.picking_ids
        self.do(picking.move_lines, 10)
        self.give_back(picking, 4)
        self.assertEqual(self.found("received_not_billed").amount, 24.0)

    def test_bought_by_the_dozen(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self.purchase(quantity=1, price=48.0, product_uom=dozen.id)
        self.do(order.picking_ids.move_lines, order.picking_ids.move_lines.product_uom_qty)
        self.assertAlmostEqual(self.found("received_not_billed").amount, 48.0)
        self.bill(order)
        self.assertFalse(self.found("received_not_billed").ids)

    def test_in_another_currency(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "name": "2010-01-01", "rate": 2.0, "company_id": self.company.id}
        )
        order = self.purchase()
        order.currency_id = dollar
        self.do(order.picking_ids.move_lines, 10)
        self.assertAlmostEqual(self.found("received_not_billed").amount, 40.0 / order.currency_rate)
        self.assertNotEqual(order.currency_rate, 1.0)

    def test_billed_and_not_received(self):
        self.lamp.purchase_method = "purchase"
        order = self.purchase()
        self.bill(order)
        finding = self.found("billed_not_received")
        self.assertEqual((finding.ids, finding.amount), (order.ids, 40.0))
        self.do(order.picking_ids.move_lines, 10)
        self.assertFalse(self.found("billed_not_received").ids)

    def sale(self, quantity=2):
        self.move_goods(self.lamp, quantity)
        line = {"product_id": self.lamp.id, "product_uom_qty": quantity, "price_unit": 25.0}
        order = self.env["sale.order"].create({"partner_id": self.partner.id, "order_line": [(0, 0, line)]})
        order.action_confirm()
        self.do(order.picking_ids.move_lines, quantity)
        return order

    def invoice(self, order):
        invoice = order._create_invoices(final=True)
        invoice.write({"invoice_date": THAT_DAY, "date": THAT_DAY})
        invoice.action_post()

    def test_delivered_and_not_invoiced(self):
        self.lamp.invoice_policy = "delivery"
        order = self.sale()
        finding = self.found("delivered_not_invoiced")
        self.assertEqual((finding.ids, finding.amount), (order.ids, 50.0))
        self.invoice(order)
        self.assertFalse(self.found("delivered_not_invoiced").ids)

    def test_returned_and_not_refunded(self):
        self.lamp.invoice_policy = "delivery"
        order = self.sale()
        self.invoice(order)
        self.give_back(order.picking_ids, 1)
        finding = self.found("returned_not_refunded")
        self.assertEqual((finding.ids, finding.amount), (order.ids, 25.0))
        self.invoice(order)
        self.assertFalse(self.found("returned_not_refunded").ids)

    def test_invoiced_in_advance_is_no_refund_that_is_missing(self):
        self.lamp.invoice_policy = "order"
        line = {"product_id": self.lamp.id, "product_uom_qty": 2, "price_unit": 25.0}
        order = self.env["sale.order"].create({"partner_id": self.partner.id, "order_line": [(0, 0, line)]})
        order.action_confirm()
        self.invoice(order)
        self.assertFalse(self.found("returned_not_refunded").ids)


@tagged("post_install", "-at_install")
class TestStock(PeriodCase):
    def test_less_than_nothing(self):
        self.move_goods(self.lamp, 2, self.stock, self.env.ref("stock.stock_location_customers"))
        finding = self.found("negative_stock")
        quant = self.env["stock.quant"].browse(finding.ids)
        self.assertEqual((quant.product_id, quant.quantity, finding.amount), (self.lamp, -2, -20.0))

    def test_transfers_that_are_late(self):
        self.move_goods(self.lamp, 2)
        kind = self.env["stock.warehouse"].search([("lot_stock_id", "=", self.stock.id)]).int_type_id
        move = {"name": "x", "product_id": self.lamp.id, "product_uom": self.lamp.uom_id.id, "product_uom_qty": 1}
        places = {"location_id": self.stock.id, "location_dest_id": self.stock.copy({"name": "Back"}).id}
        picking = self.env["stock.picking"].create(
            {**places, "picking_type_id": kind.id, "move_lines": [(0, 0, {**move, **places, "date": WITHIN})]}
        )
        picking.action_confirm()
        picking.scheduled_date = WITHIN
        self.assertEqual(self.found("late_transfers").ids, picking.ids)
        picking.action_cancel()
        self.assertFalse(self.found("late_transfers").ids)

    def test_counts_that_were_not_finished(self):
        count = self.env["stock.inventory"].create({"name": "Count", "product_ids": self.lamp.ids})
        count.action_start()
        count.date = WITHIN
        self.assertEqual(self.found("open_counts").ids, count.ids)
        count.action_cancel_draft()
        self.assertFalse(self.found("open_counts").ids)

    def test_landed_costs_that_are_not_validated(self):
        cost = self.env["stock.landed.cost"].create({"date": LAST, "account_journal_id": self.journal().id})
        self.assertEqual(self.found("landed_costs").ids, cost.ids)
        cost.button_cancel()
        self.assertFalse(self.found("landed_costs").ids)

    def test_what_waits_for_an_approval_is_shown_and_the_close_itself_is_not(self):
        period = self.checked(final=True)
        period.action_approval_submit()
        mine = period.approval_request_ids
        self.assertEqual(mine.state, "pending")
        today = mine.requested_at.date()
        self.assertFalse(set(self.found("pending_approvals", today).ids) & set(mine.ids))
        self.cr.execute("UPDATE retail_approval_request SET res_model = 'res.partner' WHERE id = %s", mine.ids)
        self.assertIn(mine.id, self.found("pending_approvals", today).ids)
