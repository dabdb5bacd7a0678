from contextlib import contextmanager

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import BillCase


@tagged("post_install", "-at_install")
class TestMatch(BillCase):
    def agrees(self, bill):
        bill.action_post()
        self.assertEqual(bill.state, "posted")

    @contextmanager
    def refused(self, bill, why):
        with self.assertRaisesRegex(UserError, why), self.cr.savepoint():
            bill.action_post()
        self.assertEqual(bill.state, "draft")
        yield
        self.agrees(bill)

    def differs(self, bill, why):
        with self.assertRaisesRegex(UserError, why), self.cr.savepoint():
            bill.action_post()

    def test_what_was_ordered_and_received_is_billed(self):
        order = self.order()
        order.action_create_invoice()
        order.invoice_ids.invoice_date = fields.Date.today()
        self.assertFalse(order.invoice_ids.match_preview)
        self.agrees(order.invoice_ids.with_user(self.clerk))

    def test_what_has_not_come_yet_is_not_billed(self):
        order = self.order(received=6)
        bill = self.bill(self.line(order))
        self.assertIn("10.0 billed, 6.0 received. Enter the receipt", bill.match_preview)
        with self.refused(bill, "10.0 billed, 6.0 received"):
            self.receive(order, 4)

    def test_by_ordered_quantity_where_the_product_says_so(self):
        self.lamp.purchase_method = "purchase"
        order = self.order(received=0)
        self.differs(self.bill(self.line(order, quantity=11)), "11.0 billed, 10.0 ordered")
        self.agrees(self.bill(self.line(order)))

    def test_all_bills_together(self):
        order = self.order()
        self.agrees(self.bill(self.line(order, quantity=6)))
        self.differs(self.bill(self.line(order, quantity=6)), "12.0 billed")
        self.differs(self.bill(self.line(order, quantity=2), self.line(order, quantity=3)), "11.0 billed")
        self.agrees(self.bill(self.line(order, quantity=1), self.line(order, quantity=3)))

    def test_drafts_do_not_count_and_credit_notes_give_back(self):
        order = self.order()
        self.bill(self.line(order))
        first = self.bill(self.line(order))
        self.agrees(first)
        again = self.bill(self.line(order))
        self.differs(again, "20.0 billed")
        first._reverse_moves([{"invoice_date": fields.Date.today()}], cancel=True)
        self.agrees(again)

    def test_what_costs_more_than_ordered(self):
        self.differs(self.too_dear(), "210.00.*billed.*200.00.*as ordered")
        self.agrees(self.bill(self.line(self.order(), price=19.0)))

    def test_a_discount_counts(self):
        self.agrees(self.bill(self.line(self.order(), price=25.0, discount=20.0)))
        self.differs(self.bill(self.line(self.order(), price=25.0, discount=19.0)), "as ordered")

    def test_a_price_that_includes_taxes(self):
        values = {"name": "20 incl", "amount": 20, "type_tax_use": "purchase", "price_include": True}
        tax = self.env["account.tax"].create(values)
        order = self.order(price=24.0)
        order.order_line.taxes_id = tax
        self.agrees(self.bill(self.line(order, quantity=5, price=24.0, tax_ids=[(6, 0, tax.ids)])))
        self.differs(self.bill(self.line(order, quantity=5, price=24.0)), "120.00.*billed.*100.00.*as ordered")

    def test_another_unit(self):
        dozen, order = self.env.ref("uom.product_uom_dozen"), self.order(quantity=24)
        self.differs(self.bill(self.line(order, 3, 240.0, product_uom_id=dozen.id)), "36.0 billed")
        self.differs(self.bill(self.line(order, 2, 241.0, product_uom_id=dozen.id)), "as ordered")
        self.agrees(self.bill(self.line(order, 2, 240.0, product_uom_id=dozen.id)))

    def test_a_foreign_currency(self):
        foreign = self.env["res.currency"].create({"name": "QQQ", "symbol": "Q"})
        rate = {"currency_id": foreign.id, "name": "2020-01-01", "rate": 3.0, "company_id": self.company.id}
        self.env["res.currency.rate"].create(rate)
        order = self.order(currency_id=foreign.id)
        self.differs(self.bill(self.line(order)), "as ordered")
        self.differs(self.bill(self.line(order, price=20.1), currency_id=foreign.id), "as ordered")
        self.agrees(self.bill(self.line(order), currency_id=foreign.id))

    def test_an_order_that_is_not_confirmed(self):
        order = self.order(product=self.freight, received=0)
        order.order_line.qty_received = 10
        order.button_cancel()
        self.differs(self.bill(self.line(order)), "is not confirmed")

    def test_another_vendor(self):
        order = self.order()
        self.differs(self.bill(self.line(order), partner_id=self.other_vendor.id), "placed with Lamp Works")
        contact = self.env["res.partner"].create({"name": "Invoices", "parent_id": self.vendor.id})
        self.agrees(self.bill(self.line(order), partner_id=contact.id))

    def test_another_product(self):
        shade = self.product("Shade")
        self.differs(self.bill(self.line(self.order(), product_id=shade.id)), "another product")

    def test_goods_come_by_an_order(self):
        unordered = self.line(self.order(), purchase_line_id=False)
        self.differs(self.bill(unordered), "was not ordered")
        service = {"name": "Cleaning", "quantity": 1, "price_unit": 500.0, "tax_ids": [(5, 0, 0)]}
        self.agrees(self.bill(service))

    def test_what_is_on_the_bill_of_an_order_besides(self):
        extra = {"name": "Express", "quantity": 1, "price_unit": 30.0, "tax_ids": [(5, 0, 0)]}
        bill = self.bill(self.line(self.order()), extra)
        with self.refused(bill, "Express: not on the order"):
            self.tolerate(amount=30)

    def test_tolerance_is_the_larger_of_both(self):
        tolerance = self.tolerate(percent=5)
        self.agrees(self.too_dear())
        tolerance.percent = 4.9
        self.differs(self.too_dear(), "as ordered")
        tolerance.amount = 10
        self.agrees(self.too_dear())

    def test_the_closest_category_counts_and_the_own_company_before_all(self):
        order = self.order()
        allowed = self.tolerances._allowed
        self.assertEqual(allowed(self.company, self.lamps, 100), 0)
        self.tolerate(amount=1)
        lights, elsewhere = (
            self.tolerate(categ_id=self.lights.id, amount=2),
            self.env["res.company"].create({"name": "E"}),
        )
        self.tolerate(categ_id=self.lamps.id, amount=9, company_id=elsewhere.id)
        self.assertEqual(allowed(self.company, order.order_line.product_id.categ_id, 100), 2)
        self.tolerate(categ_id=self.lights.id, amount=3, company_id=self.company.id)
        self.assertEqual(allowed(self.company, self.lamps, 100), 3)
        self.assertEqual(allowed(elsewhere, self.lamps, 100), 9)
        self.assertEqual(allowed(self.company, self.env["product.category"], 100), 1)
        lights.unlink()
        self.assertEqual(allowed(elsewhere, self.lights, 100), 1)

    def test_lines_of_a_posted_bill_are_held_to_it(self):
        order = self.order()
        bill = self.bill(self.line(order, quantity=9))
        self.agrees(bill)
        line = bill.invoice_line_ids
        for values in ({"quantity": 11}, {"price_unit": 30.0}, {"purchase_line_id": False}):
            with self.assertRaises(UserError), self.cr.savepoint():
                line.with_context(check_move_validity=False).write(values)
        with self.assertRaisesRegex(UserError, "placed with"), self.cr.savepoint():
            bill.partner_id = self.other_vendor
        line.name = "Other words"

    def test_what_is_posted_by_itself_later(self):
        """The ones that agree are posted, and the other is left, with a note."""
        good, bad = self.bill(self.line(self.order())), self.too_dear()
        (good | bad).write({"auto_post": True})
        self.env["account.move"]._autopost_draft_entries()
        self.assertEqual((good.state, bad.state, bad.auto_post), ("posted", "draft", False))
        self.assertIn("as ordered", bad.message_ids[0].body)

    def test_what_does_not_agree_is_not_left_to_be_posted_later(self):
        bill = self.too_dear()
        bill.write({"date": fields.Date.add(fields.Date.today(), days=40)})
        with self.assertRaisesRegex(UserError, "as ordered"), self.cr.savepoint():
            bill._post()
        self.assertFalse(bill.auto_post)

    def test_sales_are_none_of_its_business(self):
        line = {"name": "Lamp", "product_id": self.lamp.id, "quantity": 1, "price_unit": 50.0}
        values = {"move_type": "out_invoice", "partner_id": self.vendor.id, "invoice_line_ids": [(0, 0, line)]}
        invoice = self.env["account.move"].create(values)
        self.assertFalse(invoice.match_preview)
        self.agrees(invoice)

    def test_who_sells_reads_invoices_as_before(self):
        seller = new_test_user(self.env, "test_seller", groups="sales_team.group_sale_salesman")
        line = {"name": "Lamp", "quantity": 1, "price_unit": 50.0}
        values = {"move_type": "out_invoice", "partner_id": self.vendor.id, "invoice_line_ids": [(0, 0, line)]}
        invoice = self.env["account.move"].create({**values, "invoice_user_id": seller.id})
        self.assertFalse(invoice.with_user(seller).read(["name", "match_preview"])[0]["match_preview"])

    def test_only_central_policy_makes_tolerances(self):
        tolerance = self.tolerate(amount=1)
        for user in (self.clerk, self.boss):
            self.assertEqual(tolerance.with_user(user).amount, 1)
            with self.assertRaises(AccessError):
                tolerance.with_user(user).amount = 1000
        policy = new_test_user(self.env, "test_policy", groups="base.group_user,retail_base.group_policy")
        tolerance.with_user(policy).amount = 2
