"""Lamps that are to be cheaper for some days, and a web shop that has to have them."""

from odoo import fields
from odoo.addons.retail_allocation.tests.common import make_shop, stock
from odoo.addons.retail_price_governance.tests.common import PriceCase
from odoo.tests import new_test_user


class PromotionCase(PriceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = make_shop(cls.env)
        cls.web = cls.shop["web"]
        cls.web.warehouse_ids = cls.shop["warehouse"]
        cls.second = new_test_user(cls.env, "test_second")
        cls.second.groups_id += cls.env.ref("retail_allocation.group_promotion_approver")

    def days(self, number):
        return fields.Datetime.add(fields.Datetime.now(), days=number)

    def lowered(self, product, **values):
        """A draft: from 100 to 80, for a week from now unless `values` say otherwise."""
        rule = {"product_tmpl_id": product.id, "fixed_price": 80.0, "date_end": self.days(7), **values}
        change = self.rule_change(**rule)
        change.promotion_channel_ids = self.web
        return change

    def stock(self, product, quantity=5):
        stock(self.shop["warehouse"], product.product_variant_id, quantity)

    def price(self, product, at=None):
        at = at or fields.Datetime.now()
        return self.pricelist.get_product_price(product.product_variant_id, 1, False, date=at)

    def asked(self, change, reason="Printed in the newspaper"):
        action = change.with_user(self.editor).action_promotion_start_regardless()
        overrides = self.env[action["res_model"]].with_user(self.editor).with_context(**action["context"])
        return overrides.create({"reason": reason})
