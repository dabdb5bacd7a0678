import itertools

from odoo.addons.retail_base.tests.at_once import ADMIN, AtOnceCase
from odoo.exceptions import UserError
from odoo.tests import tagged

# What one test leaves behind has its number in its name: requests that were submitted stay.
_tests = itertools.count()


@tagged("post_install", "-at_install")
class TestTwoRequestsAtOnce(AtOnceCase):
    actor, context = ADMIN, {"tracking_disable": True}

    def setUp(self):
        super().setUp()
        number = next(_tests)
        with self.environment() as env:
            central, store = env["stock.warehouse"].create(
                [
                    {"name": f"{name} at once {number}", "code": f"{name[0]}AO{number}"}
                    for name in ("Depot", "Store")
                ]
            )
            store.resupply_wh_ids = central
            lamp = env["product.product"].create({"name": f"Lamp at once {number}", "type": "product"})
            limit = (
                env["retail.request.limit"]
                .sudo()
                .create({"quantity": 5, "sequence": -1, "warehouse_ids": [(6, 0, store.ids)]})
            )
            self.store, self.lamp, self.limit = store.id, lamp.id, limit.id

    def remove(self):
        with self.environment() as env:
            env["retail.request.limit"].sudo().browse(self.limit).unlink()
            requests = env["stock.request"].search([("product_id", "=", self.lamp)])
            requests.filtered(lambda each: each.approval_state == "pending").action_approval_withdraw()
            env["product.product"].browse(self.lamp).active = False

    def request(self, env, quantity):
        store = env["stock.warehouse"].browse(self.store)
        product = env["product.product"].browse(self.lamp)
        return env["stock.request"].create(
            {
                "warehouse_id": store.id,
                "location_id": store.lot_stock_id.id,
                "product_id": product.id,
                "product_uom_id": product.uom_id.id,
                "product_uom_qty": quantity,
            }
        )

    def test_together_they_stay_within_the_limit(self):
        with self.environment() as env:
            one, other = (self.request(env, 3).id for _each in range(2))
        with self.environment() as slow:
            late = slow["stock.request"].browse(other)
            self.assertEqual(
                late.approval_state, "draft", "its transaction began before the other one was submitted"
            )
            with self.environment() as quick:
                quick["stock.request"].browse(one).action_confirm()
            with self.too_late(slow):
                late.action_confirm()
            with self.assertRaisesRegex(UserError, "may ask for 5 in 7 days, and 3 were asked for"):
                late.action_confirm()
            slow.cr.rollback()
        with self.environment() as env:
            states = env["stock.request"].browse((one, other)).mapped("approval_state")
        self.assertEqual(states, ["pending", "draft"])
