from datetime import timedelta

from odoo import fields
from odoo.addons.retail_replenishment.tests.common import PolicyCase
from odoo.tests import tagged


class BudgetCase(PolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lamp.seller_ids.price = 10.0
        cls.buy = cls.env.ref("purchase_stock.route_warehouse0_buy")
        cls.low = cls.rule(cls, 4, 6, cls.central, route_id=cls.buy.id)

    def budget(self, amount, **values):
        today = fields.Date.today()
        return self.env["retail.purchase.budget"].create(
            {
                "categ_id": self.home.id,
                "date_from": today,
                "date_to": today + timedelta(days=30),
                "amount": amount,
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestBudget(BudgetCase):
    def reason(self):
        self.low.invalidate_cache()
        return self.low.blocked_reason or ""

    def test_six_lamps_for_sixty(self):
        budget = self.budget(60)
        self.assertEqual(self.reason(), "")
        budget.amount = 59
        self.assertIn("it costs 60.0, and 59.0 of", self.reason())

    def test_what_is_ordered_is_taken_off(self):
        self.budget(100)
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.vendor.id,
                "order_line": [
                    (0, 0, {
                        "name": "Lamp",
                        "product_id": self.lamp.id,
                        "product_qty": 5,
                        "product_uom": self.lamp.uom_id.id,
                        "price_unit": 10,
                        "date_planned": fields.Datetime.now() + timedelta(days=1),
                    })
                ],
            }
        )  # fmt: skip
        self.assertEqual(self.reason(), "")
        order.button_confirm()
        self.assertIn("50.0 of", self.reason())

    def test_other_categories_days_and_companies_do_not_count(self):
        later = fields.Date.today() + timedelta(days=60)
        self.budget(1, categ_id=self.env["product.category"].create({"name": "Else"}).id)
        self.budget(1, date_from=later, date_to=later)
        self.budget(1, company_id=self.env["res.company"].create({"name": "Elsewhere"}).id)
        self.assertEqual(self.reason(), "")

    def test_in_the_unit_that_it_is_bought_in(self):
        vase = self.product("Vase", delay=1, uom_po_id=self.env.ref("uom.product_uom_dozen").id)
        vase.seller_ids.price = 10.0
        self.low = self.rule(4, 6, self.central, vase, route_id=self.buy.id)
        self.budget(4)
        # Half a dozen at 10.
        self.assertIn("it costs 5.0", self.reason())

    def test_whoever_is_supplied_centrally_buys_nothing(self):
        self.budget(1)
        self.low = self.rule(4, 6, self.store, route_id=self.store.resupply_route_ids.id)
        self.assertEqual(self.reason(), "")
