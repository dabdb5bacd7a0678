from contextlib import contextmanager

from odoo import SUPERUSER_ID, registry
from odoo.addons.retail_base import guard
from odoo.api import Environment
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from ..differences import Difference


@tagged("post_install", "-at_install")
class TestTwoCountsAtOnce(BaseCase):
    """With two real connections, and what they write is committed."""

    def setUp(self):
        super().setUp()
        self.registry = registry(get_db_name())
        self.addCleanup(self.remove)
        with self.environment() as env:
            self.product = env["product.product"].create({"name": "Counted twice", "type": "product"}).id

    @contextmanager
    def environment(self):
        with self.registry.cursor() as cr:
            yield Environment(cr, SUPERUSER_ID, {})

    def remove(self):
        with self.environment() as env:
            product = env["product.product"].browse(self.product)
            guard.passing(env["retail.adjustment.entry"].search([("product_id", "=", product.id)])).unlink()
            product.product_tmpl_id.unlink()

    def post(self, env):
        """As a count does that found the register without an entry of this product."""
        none = env["stock.production.lot"]
        product = env["product.product"].browse(self.product)
        warehouse = env["stock.warehouse"].search([], limit=1)
        reason = env.ref("retail_stock_control.reason_count")
        where = {
            "location": warehouse.lot_stock_id,
            "warehouse": warehouse,
            "lot": none,
            "package": none,
            "owner": none,
        }
        difference = Difference(
            product=product, **where, units=-2, expected=10, unit_cost=1, reason=reason, after=0
        )  # fmt: skip
        count = env["stock.inventory"].new({"company_id": env.company.id})
        env["retail.adjustment.entry"]._enter(count, [difference])

    def test_the_second_does_not_correct_it_again(self):
        with self.environment() as slow:
            self.assertFalse(slow["retail.adjustment.entry"].search([("product_id", "=", self.product)]))
            with self.environment() as quick:
                self.post(quick)
            with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
                self.post(slow)
            slow.cr.rollback()
