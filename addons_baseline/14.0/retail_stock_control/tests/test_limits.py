from datetime import timedelta

from odoo import fields
from odoo.addons.retail_base import guard
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import StoreCase


@tagged("post_install", "-at_install")
class TestLimits(StoreCase):
    def waits(self, found):
        count = self.count(found)
        count.action_validate()
        return count.approval_state == "pending"

    def limits(self, **values):
        """Sets the default limit; what is not named does not limit."""
        self.limit.write({"max_value": 1e6, "max_rate": 1e6, "max_units": 1e6, **values})

    def test_value(self):
        self.limits(max_value=20)
        self.assertFalse(self.waits({self.lamp: 8}))
        self.limits(max_value=19.99)
        self.assertTrue(self.waits({self.product("Bowl", 10.0): 8}))

    def test_gains_do_not_make_up_for_losses(self):
        self.limits(max_value=30)
        self.assertTrue(self.waits({self.lamp: 8, self.product("Bowl", 10.0): 12}))

    def test_units(self):
        self.limits(max_units=2)
        self.assertFalse(self.waits({self.lamp: 12}))
        self.assertTrue(self.waits({self.product("Free", 0.0): 13}))

    def test_rate(self):
        self.limits(max_rate=20)
        self.assertFalse(self.waits({self.lamp: 8}))
        self.assertTrue(self.waits({self.product("Bowl", 0.1): 7}))

    def test_what_the_books_do_not_know_is_all_of_it(self):
        self.limits(max_rate=99)
        self.assertTrue(self.waits({self.product("Found", 0.1, on_hand=0): 1}))

    def test_many_small_ones_are_a_large_one(self):
        self.limits(max_value=50)
        self.assertFalse(self.waits({self.lamp: 7}))
        self.assertTrue(self.waits({self.product("Bowl", 10.0): 7}))

    def test_what_somebody_approved_does_not_use_up_the_limit(self):
        self.limits(max_value=50)
        count = self.count({self.lamp: 1})
        count.action_validate()
        self.approve(count)
        self.assertFalse(self.waits({self.product("Bowl", 10.0): 7}))

    def test_it_is_added_up_over_the_days_only(self):
        self.limits(max_value=50, days=7)
        self.assertFalse(self.waits({self.lamp: 7}))
        entry = self.env["retail.adjustment.entry"].search([("product_id", "=", self.lamp.id)])
        guard.passing(entry).date = fields.Datetime.now() - timedelta(days=7, minutes=1)
        self.assertFalse(self.waits({self.product("Bowl", 10.0): 7}))

    def test_each_store_has_a_limit_of_its_own(self):
        self.limits(max_value=50)
        self.assertFalse(self.waits({self.lamp: 7}))
        other = self.env["stock.warehouse"].create({"name": "Rue Basse", "code": "BASSE"})
        bowl = self.product("Bowl", 10.0, on_hand=0)
        self.env["stock.quant"]._update_available_quantity(bowl, other.lot_stock_id, 10)
        count = self.count({bowl: 7}, location_ids=[(6, 0, other.lot_stock_id.ids)])
        count.action_validate()
        self.assertEqual(count.state, "done")

    def test_the_first_line_that_fits(self):
        self.limits(max_value=0)
        jewels = self.env["product.category"].create({"name": "Jewels"})
        rings = self.env["product.category"].create({"name": "Rings", "parent_id": jewels.id})
        self.limit.copy({"sequence": 1, "categ_id": jewels.id, "max_value": 100})
        self.assertFalse(self.waits({self.product("Ring", 10.0, categ_id=rings.id): 9}))
        self.assertTrue(self.waits({self.lamp: 9}))

    def test_a_limit_of_another_store_does_not_fit(self):
        other = self.env["stock.warehouse"].create({"name": "Rue Basse", "code": "BASSE"})
        self.limits(max_value=0)
        self.limit.copy({"sequence": 1, "warehouse_id": other.id, "max_value": 100})
        self.assertTrue(self.waits({self.lamp: 9}))

    def test_where_none_fits_everything_is_approved(self):
        self.limit.active = False
        self.assertTrue(self.waits({self.lamp: 9.99}))

    def test_limits_and_reasons_are_central(self):
        for record in (self.limit, self.reason):
            with self.assertRaises(AccessError):
                record.with_user(self.manager).write({"sequence": 1})
        policy = self.env.ref("retail_base.group_policy")
        self.manager.groups_id += policy
        self.limit.with_user(self.manager).max_value = 1

    def test_a_limit_is_not_negative(self):
        with self.assertRaises(ValidationError):
            self.limit.max_value = -1
