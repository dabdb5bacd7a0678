import itertools

from odoo.addons.retail_base import guard
from odoo.addons.retail_base.tests.at_once import AtOnceCase
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

# What one test leaves behind has its number in its name.
_tests = itertools.count()


@tagged("post_install", "-at_install")
class TestAtOnce(AtOnceCase):
    def setUp(self):
        super().setUp()
        with self.environment() as env:
            self.buyer = new_test_user(
                env, f"test_at_once_{next(_tests)}", groups="purchase.group_purchase_user"
            ).id
            warehouse = env["stock.warehouse"].search([], limit=1)
            product = env["product.product"].create({"name": "Lamp at once", "type": "product"})
            self.product, self.warehouse = product.id, warehouse.id
            values = {
                "state": "open",
                "company_id": warehouse.company_id.id,
                "warehouse_id": warehouse.id,
                "product_id": product.id,
                "new_min": 5,
                "new_max": 15,
            }
            self.proposal = guard.passing(env["retail.replenishment.proposal"]).create(values).id

    def remove(self):
        with self.environment() as env:
            self.rules(env).write({"active": False})
            env["product.product"].browse(self.product).active = False
            env["res.users"].browse(self.buyer).active = False

    def rules(self, env):
        return env["stock.warehouse.orderpoint"].search([("product_id", "=", self.product)])

    def accept(self, env):
        env(user=self.buyer)["retail.replenishment.proposal"].browse(self.proposal).action_accept()

    def look(self, env):
        """From now on this connection sees what is there now."""
        self.assertEqual(env["retail.replenishment.proposal"].browse(self.proposal).state, "open")

    def test_two_who_accept_make_one_rule(self):
        with self.environment() as slow:
            self.look(slow)
            with self.environment() as quick:
                self.accept(quick)
            with self.too_late(slow):
                self.accept(slow)
            with self.assertRaisesRegex(UserError, "already"):
                self.accept(slow)
            self.assertEqual(len(self.rules(slow)), 1)

    def test_a_night_does_not_take_back_what_is_being_accepted(self):
        with self.environment() as night:
            self.look(night)
            with self.environment() as quick:
                self.accept(quick)
            # The night tries this warehouse again after this error.
            with self.too_late(night):
                night["retail.replenishment.run"]._recompute(self.warehouse)
            night["retail.replenishment.run"]._recompute(self.warehouse)
            self.assertEqual(night["retail.replenishment.proposal"].browse(self.proposal).state, "accepted")
            night.cr.rollback()
