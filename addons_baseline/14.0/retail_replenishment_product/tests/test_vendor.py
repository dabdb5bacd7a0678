from odoo.addons.retail_base import guard
from odoo.addons.retail_replenishment.tests.common import DAYS, PolicyCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestVendorThatWaits(PolicyCase):
    """The lamp comes in 9 days from its vendor; a second one, who would come first, says 30."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buy = cls.env.ref("purchase_stock.route_warehouse0_buy")
        cls.other = cls.env["res.partner"].create({"name": "Other Works"})
        values = {"name": cls.other.id, "delay": 30, "sequence": 0, "min_qty": 12, "order_multiple": 12}
        values.update(product_tmpl_id=cls.lamp.product_tmpl_id.id, approval_pending=True)
        cls.lamp.seller_ids.write({"sequence": 1, "min_qty": 5, "order_multiple": 5})
        cls.line = guard.passing(cls.env["product.supplierinfo"]).create(values)

    def approve(self):
        guard.passing(self.line).write({"approval_pending": False})

    def shown(self, rule):
        rule.invalidate_cache()
        return rule.vendor_min_qty, rule.vendor_multiple

    def bought_from(self, rule):
        rule.action_replenish()
        lines = self.env["purchase.order.line"].search([("orderpoint_id", "=", rule.id)])
        return [(line.order_id.partner_id, line.product_qty) for line in lines]

    def test_its_days_do_not_count(self):
        self.policy()
        self.moved(DAYS, source=self.central.lot_stock_id)
        self.rule(1, 2, self.central, route_id=self.buy.id)
        self.compute(self.central)
        # One a day, for 9 days and one of the company, and for 5 that the policy adds.
        self.assertEqual(self.quantities(self.central), [(15, 25)])
        self.approve()
        self.compute(self.central)
        self.assertEqual(self.quantities(self.central), [(36, 46)])

    def test_its_quantities_are_not_shown(self):
        rule = self.rule(3, 3, self.central, route_id=self.buy.id)
        self.assertEqual(self.shown(rule), (5, 5))
        self.approve()
        self.assertEqual(self.shown(rule), (12, 12))

    def test_a_rule_that_names_it_buys_from_the_first_one_that_is_approved(self):
        rule = self.rule(3, 3, self.central, route_id=self.buy.id, supplier_id=self.line.id)
        self.assertEqual(self.shown(rule), (5, 5))
        self.assertEqual(self.bought_from(rule), [(self.vendor, 5)])

    def test_approved_the_rule_buys_from_whom_it_names(self):
        rule = self.rule(3, 3, self.central, route_id=self.buy.id, supplier_id=self.line.id)
        self.approve()
        self.assertEqual(self.shown(rule), (12, 12))
        self.assertEqual(self.bought_from(rule), [(self.other, 12)])

    def test_a_product_whose_only_vendor_waits_has_none(self):
        (self.lamp.seller_ids - self.line).unlink()
        rule = self.rule(3, 3, self.central, route_id=self.buy.id)
        self.assertIn("There is no vendor", rule.blocked_reason)
        self.assertEqual(self.shown(rule), (0, 0))
