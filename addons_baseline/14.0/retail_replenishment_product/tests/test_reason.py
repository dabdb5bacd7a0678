from odoo.addons.retail_base.tests.products import sellable
from odoo.addons.retail_replenishment.tests.common import PolicyCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestReason(PolicyCase):
    def test_not_approved(self):
        vase = self.env["product.product"].create(
            {"name": "Vase", "type": "product", "seller_ids": [(0, 0, {"name": self.vendor.id})]}
        )
        buy = self.env.ref("purchase_stock.route_warehouse0_buy")
        rule = self.rule(1, 2, self.central, vase, route_id=buy.id)
        self.assertIn("not approved", rule.blocked_reason)
        sellable(vase)
        rule.invalidate_cache()
        self.assertFalse(rule.blocked_reason)

    def test_not_to_be_bought(self):
        buy = self.env.ref("purchase_stock.route_warehouse0_buy")
        rule = self.rule(1, 2, self.central, route_id=buy.id)
        self.assertFalse(rule.blocked_reason)
        self.env.cr.execute(
            "UPDATE product_template SET purchase_ok = false WHERE id = %s", (self.lamp.product_tmpl_id.id,)
        )
        self.lamp.invalidate_cache()
        rule.invalidate_cache()
        self.assertIn("not to be bought", rule.blocked_reason)
