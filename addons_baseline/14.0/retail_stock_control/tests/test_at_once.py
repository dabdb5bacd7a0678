import itertools

from odoo.addons.retail_base import guard
from odoo.addons.retail_base.tests.at_once import ADMIN, AtOnceCase
from odoo.exceptions import UserError
from odoo.tests import tagged
from psycopg2.errors import UniqueViolation

# What one test leaves behind has its number in its name: a count that was posted cannot be deleted.
_tests = itertools.count()


class LimitCase(AtOnceCase):
    """A product on a shelf, of a category of its own, and what a store corrects of it by itself."""

    actor, context = ADMIN, {"tracking_disable": True}
    days = 7

    def setUp(self):
        super().setUp()
        name = f"Corrected twice {next(_tests)}"
        with self.environment() as env:
            category = env["product.category"].create({"name": name})
            values = {"type": "product", "standard_price": 1.0, "categ_id": category.id}
            # Two, because the same goods on a shelf are a row of their own that one waits for.
            product, second = (env["product.product"].create({"name": name, **values}) for _each in range(2))
            self.make(
                env(su=True),
                "retail.adjustment.limit",
                sequence=-1,
                categ_id=category.id,
                max_value=5.0,
                max_units=5.0,
                days=self.days,
                group_id=env.ref("retail_stock_control.group_difference_approver").id,
            )
            self.product, self.products = product.id, [product.id, second.id]
            warehouse = env["stock.warehouse"].search([], limit=1)
            self.warehouse, self.shelf = warehouse.id, warehouse.lot_stock_id.id
            for each in (product, second):
                env["stock.quant"].sudo()._update_available_quantity(each, warehouse.lot_stock_id, 10)

    def remove(self):
        with self.environment() as env:
            guard.passing(self.entries(env)).unlink()
            env["product.product"].browse(self.products).active = False

    def entries(self, env):
        return env["retail.adjustment.entry"].sudo().search([("product_id", "in", self.products)])

    def scraps(self):
        """The ids of two, each within the limit; together they are not."""
        with self.environment() as env:
            return [self.scrap(env, product).id for product in env["product.product"].browse(self.products)]

    def scrap(self, env, product):
        return env["stock.scrap"].create(
            {
                "product_id": product.id,
                "product_uom_id": product.uom_id.id,
                "scrap_qty": 3,
                "location_id": self.shelf,
                "reason_id": env.ref("retail_stock_control.reason_count").id,
            }
        )


@tagged("post_install", "-at_install")
class TestTwoCountsAtOnce(LimitCase):
    # Nothing is added up, so nothing but the register keeps the two apart.
    days = 0

    def setUp(self):
        super().setUp()
        with self.environment() as env:
            self.one, self.other = (self.count(env, 8) for _each in range(2))

    def remove(self):
        with self.environment() as env:
            counts = env["stock.inventory"].browse([self.one, self.other])
            counts.filtered(lambda count: count.state == "confirm").action_cancel_draft()
        return super().remove()

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


@tagged("post_install", "-at_install")
class TestTwoScrapsAtOnce(LimitCase):
    def test_a_limit_over_days_is_not_passed_by_both(self):
        one, other = self.scraps()
        with self.environment() as slow:
            late = slow["stock.scrap"].browse(other)
            self.assertFalse(self.entries(slow), "it could be scrapped before the other one was")
            with self.environment() as quick:
                quick["stock.scrap"].browse(one).do_scrap()
            with self.too_late(slow):
                late.do_scrap()
            late.do_scrap()
            self.assertEqual((late.approval_state, late.state), ("pending", "draft"))
            self.assertEqual(self.entries(slow).mapped("value_abs"), [3.0])
            slow.cr.rollback()


@tagged("post_install", "-at_install")
class TestScrapsWithoutDays(LimitCase):
    days = 0

    def test_where_nothing_is_added_up_nobody_waits(self):
        one, _other = self.scraps()
        with self.environment() as slow:
            self.assertFalse(slow["stock.scrap"].browse(one)._approval_plan())
            with self.environment() as quick:
                # Refused at once if the other one holds it.
                query = "SELECT 1 FROM stock_warehouse WHERE id = %s FOR UPDATE NOWAIT"
                quick.cr.execute(query, (self.warehouse,))
                self.assertTrue(quick.cr.fetchone())
