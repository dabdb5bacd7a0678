from odoo.addons.retail_base.tests.at_once import AtOnceCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestOrdersAtOnce(AtOnceCase):
    """Two orders to one vendor, each below what is approved, and together above it."""

    context = {"tracking_disable": True}

    def order(self, env, vendor):
        """Of a product of its own, so that the orders have nothing in common but the vendor."""
        product = self.make(env, "product.product", name="Split", type="service")
        line = {
            "name": "Split",
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_qty": 1,
            "price_unit": 60,
            "date_planned": "2031-06-01 12:00:00",
        }
        return self.make(env, "purchase.order", partner_id=vendor.id, order_line=[(0, 0, line)])

    def orders(self, days):
        """The ids of two, where a rule counts those of so many days together."""
        with self.environment() as env:
            # The shop's own may count days together.
            others = env["retail.purchase.rule"].search([])
            others.active, self.others = False, others.ids
            vendor = self.make(env, "res.partner", name="Split Works")
            group = env.ref("retail_purchase_governance.group_purchase_approver")
            values = {"amount_from": 100, "days": days, "group_id": group.id, "partner_id": vendor.id}
            self.make(env, "retail.purchase.rule", name="Split", **values)
            self.order_ids = [self.order(env, vendor).id for _each in "12"]
            return self.order_ids

    def remove(self):
        with self.environment() as env:
            env["purchase.order"].browse(self.order_ids).button_cancel()
            env["product.supplierinfo"].search([("name.name", "=", "Split Works")]).unlink()
            env["retail.purchase.rule"].browse(self.others).active = True

    def test_split_in_two_at_the_same_moment_it_is_still_one(self):
        one, other = self.orders(days=7)
        with self.environment() as slow:
            late = slow["purchase.order"].browse(other)
            self.assertFalse(late.approval_preview, "it could be ordered before the other one was")
            with self.environment() as quick:
                quick["purchase.order"].browse(one).button_confirm()
            with self.too_late(slow):
                late.button_confirm()
            late.button_confirm()
            self.assertEqual((late.state, late.approval_state), ("to approve", "pending"))
            slow.cr.rollback()

    def test_where_each_is_looked_at_by_itself_nobody_waits(self):
        one, other = self.orders(days=0)
        with self.environment() as slow:
            slow["purchase.order"].browse(one).button_confirm()
            with self.environment() as quick:
                # Whoever would wait here waits for ever: fail instead.
                quick.cr.execute("SET LOCAL lock_timeout = '30s'")
                quick["purchase.order"].browse(other).button_confirm()
        with self.environment() as env:
            orders = env["purchase.order"].browse([one, other])
            self.assertEqual(orders.mapped("state"), ["purchase", "purchase"])
