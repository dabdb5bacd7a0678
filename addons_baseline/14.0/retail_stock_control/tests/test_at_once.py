import itertools

from odoo.addons.retail_base import guard
from odoo.addons.retail_base.tests.at_once import ADMIN, AtOnceCase
from odoo.exceptions import UserError
from odoo.tests import tagged
from psycopg2.errors import UniqueViolation

# What one test leaves behind has its number in its name: a count that was posted cannot be deleted.
_tests = itertools.count()


@tagged("post_install", "-at_install")
class TestTwoCountsAtOnce(AtOnceCase):
    actor, context = ADMIN, {"tracking_disable": True}

    def setUp(self):
        super().setUp()
        name = f"Counted twice {next(_tests)}"
        with self.environment() as env:
            product = env["product.product"].create({"name": name, "type": "product", "standard_price": 1.0})
            self.product = product.id
            self.shelf = env["stock.warehouse"].search([], limit=1).lot_stock_id.id
            env["stock.quant"].sudo()._update_available_quantity(
                product, env["stock.location"].browse(self.shelf), 10
            )
            self.one, self.other = (self.count(env, 8) for _each in range(2))

    def remove(self):
        with self.environment() as env:
            guard.passing(self.entries(env)).unlink()
            counts = env["stock.inventory"].browse([self.one, self.other])
            counts.filtered(lambda count: count.state == "confirm").action_cancel_draft()
            env["product.product"].browse(self.product).active = False

    def count(self, env, found):
        """The id of a count that says so many are there, and is not posted."""
        inventory = env["stock.inventory"].create(
            {
                "name": "At once",
                "location_ids": [(6, 0, [self.shelf])],
                "product_ids": [(6, 0, [self.product])],
                "reason_id": env.ref("retail_stock_control.reason_count").id,
            }
        )
        inventory.action_start()
        inventory.line_ids.product_qty = found
        return inventory.id

    def entries(self, env):
        return env["retail.adjustment.entry"].sudo().search([("product_id", "=", self.product)])

    def test_the_second_does_not_correct_it_again(self):
        with self.environment() as slow:
            late = slow["stock.inventory"].browse(self.other)
            self.assertFalse(late._approval_problems(), "it could be posted before the other one was")
            with self.environment() as quick:
                quick["stock.inventory"].browse(self.one).action_validate()
            with self.too_late(slow, UniqueViolation):
                late.action_validate()
            # Whoever tries again is told.
            with self.assertRaisesRegex(UserError, "Another count has corrected it meanwhile"):
                late.action_validate()
            slow.cr.rollback()
            self.assertEqual(late.state, "confirm")
            product = slow["product.product"].browse(self.product).with_context(location=self.shelf)
            self.assertEqual((product.qty_available, self.entries(slow).mapped("units")), (8.0, [-2.0]))
