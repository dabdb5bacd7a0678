from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import PurchaseCase


@tagged("post_install", "-at_install")
class TestMatrix(PurchaseCase):
    def asks(self, order):
        return bool(order._approval_plan())

    def test_amount_is_from_and_below(self):
        rule = self.rule(amount_from=100, amount_to=200)
        for price, asked in ((9.99, False), (10.0, True), (19.99, True), (20.0, False)):
            with self.subTest(price=price):
                self.assertEqual(self.asks(self.order(self.values(price=price))), asked)
        rule.sudo().active = False
        self.assertFalse(self.asks(self.order()))

    def test_a_category_counts_what_is_below_it_and_nothing_else(self):
        self.rule(categ_id=self.garden.id, amount_from=100)
        toys = self.values(self.kite, price=1000.0)
        self.assertFalse(self.asks(self.order(toys, self.values(price=9.0))))
        self.assertTrue(self.asks(self.order(toys, self.values())))

    def test_a_category_whose_name_begins_alike_is_another(self):
        self.rule(categ_id=self.benches.id)
        self.assertFalse(self.asks(self.order(self.values(self.product("Shed", self.garden)))))
        self.assertTrue(self.asks(self.order()))

    def test_warehouse(self):
        self.rule(warehouse_id=self.south.id)
        self.assertFalse(self.asks(self.order()))
        self.assertTrue(self.asks(self.order(picking_type_id=self.south.in_type_id.id)))

    def test_vendor_and_its_contacts(self):
        self.rule(partner_id=self.vendor.id)
        contact = self.env["res.partner"].create({"name": "Their clerk", "parent_id": self.vendor.id})
        other = self.env["res.partner"].create({"name": "Toy Works"})
        self.assertTrue(self.asks(self.order(partner_id=contact.id)))
        self.assertFalse(self.asks(self.order(partner_id=other.id)))

    def test_another_company_has_its_own(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.rules.create({"name": "Theirs", "group_id": self.approvers.id, "company_id": company.id})
        self.assertFalse(self.asks(self.order()))

    def test_a_foreign_currency_is_converted(self):
        dollar = self.env["res.currency"].create({"name": "QQQ", "symbol": "Q"})
        rate = {"currency_id": dollar.id, "name": "2020-01-01", "rate": 10.0, "company_id": self.company.id}
        self.env["res.currency.rate"].create(rate)
        self.rule(amount_from=100)
        self.assertFalse(self.asks(self.order(self.values(price=99.0), currency_id=dollar.id)))
        self.assertTrue(self.asks(self.order(self.values(price=100.0), currency_id=dollar.id)))

    def test_neither_a_negative_line_nor_a_written_total_opens_a_limit(self):
        self.rule(amount_from=100)
        order = self.order(self.values(), self.values(self.kite, price=-10.0))
        self.assertTrue(self.asks(order))
        order.order_line.write({"price_subtotal": 0})
        order.write({"amount_untaxed": 0, "amount_total": 0, "currency_rate": 1000})
        self.assertTrue(self.asks(order))

    def test_every_rule_that_fits_asks_for_its_own(self):
        group = self.env["res.groups"].create({"name": "Garden people"})
        self.rule(amount_from=50, people=2)
        self.rule(amount_from=100)
        self.rule(categ_id=self.garden.id, group_id=group.id)
        plan = self.order()._approval_plan()
        self.assertEqual(sorted(plan.ids), sorted([self.approvers.id, self.approvers.id, group.id]))

    def test_the_form_says_beforehand_who_has_to_agree(self):
        order = self.order()
        self.assertFalse(order.approval_preview)
        self.rule(name="From 100", amount_from=100)
        order.invalidate_cache()
        self.assertEqual(order.approval_preview, f"From 100: {self.approvers.display_name}")

    def test_a_split_order_counts_together(self):
        self.rule(amount_from=150, days=7)
        self.confirmed()
        self.assertTrue(self.asks(self.order()))
        other = self.env["res.partner"].create({"name": "Toy Works"})
        self.assertFalse(self.asks(self.order(partner_id=other.id)))

    def test_what_waits_counts_together_and_what_was_long_ago_does_not(self):
        self.rule(amount_from=150, days=7)
        old = self.confirmed()
        old.flush()
        self.env.cr.execute(
            "UPDATE purchase_order SET date_approve = date_approve - interval '8 days' WHERE id = %s", (old.id,)
        )
        self.env.cache.invalidate()
        self.assertFalse(self.asks(self.order()))
        self.order(self.values(price=20.0)).button_confirm()
        self.assertTrue(self.asks(self.order()))

    def test_buyers_and_managers_read_rules_and_budgets_and_do_not_make_them(self):
        rule, budget = self.rule(), self.budget(100)
        for record in (rule, budget):
            for user in (self.buyer, self.manager, self.head):
                self.assertTrue(record.with_user(user).read())
                with self.assertRaises(AccessError):
                    record.with_user(user).write({"company_id": self.company.id})
                with self.assertRaises(AccessError):
                    record.with_user(user).unlink()
