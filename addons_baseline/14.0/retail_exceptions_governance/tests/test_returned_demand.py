from odoo.addons.retail_returns_pos.tests.common import TillMixin
from odoo.tests import SavepointCase, tagged


@tagged("post_install", "-at_install")
class TestReturnedDemand(TillMixin, SavepointCase):
    """Reordering rules are made from what a store sold; five coats were."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_till()
        policies = cls.env["retail.replenishment.policy"]
        policies.search([]).write({"active": False})
        policies.create({"name": "Test", "history_days": 28, "cover_days": 10, "large_changes": "apply"})

    def sold(self):
        """As the last run that changed the rule saw it."""
        self.env["base"].flush()
        self.env["retail.replenishment.run"]._recompute(self.warehouse.id)
        self.env.cache.invalidate()
        domain = [("warehouse_id", "=", self.warehouse.id), ("product_id", "=", self.coat.id)]
        return self.env["retail.replenishment.proposal"].search(domain, order="id desc", limit=1).sold_qty

    def move_coats(self, quantity, source, target):
        move = self.env["stock.move"].create(
            {
                "name": "Coats",
                "product_id": self.coat.id,
                "product_uom": self.coat.uom_id.id,
                "product_uom_qty": quantity,
                "location_id": source.id,
                "location_dest_id": target.id,
            }
        )
        move._action_confirm(merge=False)
        move.quantity_done = quantity
        move._action_done()

    def test_a_return_lowers_it(self):
        self.assertEqual(self.sold(), 5)
        document = self.released(2)
        self.assertEqual(self.sold(), 3)
        back = document.incoming_ids.with_user(self.manager) - self.coming(document)
        back.move_lines.quantity_done = 2
        back._action_done()
        self.assertEqual((self.at(self.waiting), self.at(self.shelf)), (0, 97))
        self.assertEqual(self.sold(), 3, "on the shelf again, it is not sold again")

    def test_a_return_at_the_till_lowers_it(self):
        self.ring_up(-1)
        self.assertEqual(self.sold(), 4)

    def test_what_is_laid_aside_is_no_demand_and_what_goes_out_again_is(self):
        self.move_coats(3, self.shelf, self.waiting)
        self.assertEqual(self.sold(), 5)
        self.move_coats(1, self.waiting, self.customers)
        self.assertEqual(self.sold(), 6)
