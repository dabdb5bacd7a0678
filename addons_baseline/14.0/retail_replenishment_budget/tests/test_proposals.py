from unittest.mock import patch

from odoo.addons.retail_replenishment.tests.common import DAYS
from odoo.tests import tagged

from .test_budget import BudgetCase


@tagged("post_install", "-at_install")
class TestProposals(BudgetCase):
    """The central warehouse buys: 28 lamps went out in 28 days, and 10 days pass until more arrive."""

    def setUp(self):
        super().setUp()
        self.moved(DAYS, source=self.central.lot_stock_id)
        self.low.unlink()
        self.low = self.rule(14, 23, self.central, route_id=self.buy.id)
        self.policy(large_changes="propose", max_change_pct=30, small_qty=2)

    def open_ones(self):
        return self.proposals.search([("state", "=", "open"), ("warehouse_id", "=", self.central.id)])

    def night(self):
        run = self.compute(self.central)
        return run.applied, run.proposed

    def test_within_the_budget_a_small_change_is_made(self):
        self.budget(20)
        self.assertEqual(self.night(), (1, 0))
        self.assertEqual(self.quantities(self.central), [(15, 25)])

    def test_over_budget_it_waits_and_says_why(self):
        self.budget(19)
        self.assertEqual(self.night(), (0, 1))
        self.assertEqual(self.quantities(self.central), [(14, 23)])
        proposal = self.open_ones()
        self.assertIn("what it adds costs 20.0, and 19.0 of", proposal.with_user(self.buyer).warning)
        proposal.with_user(self.buyer).action_accept()
        self.assertEqual(self.quantities(self.central), [(15, 25)])
        self.assertFalse(proposal.warning)

    def test_the_next_night_it_waits_once(self):
        budget = self.budget(19)
        self.night()
        self.night()
        self.assertEqual(len(self.open_ones()), 1)
        budget.amount = 20
        self.assertEqual(self.night(), (1, 0))
        self.assertFalse(self.open_ones())

    def test_what_a_buyer_refused_is_not_asked_again(self):
        self.budget(19)
        self.night()
        self.open_ones().with_user(self.buyer)._refuse("No money")
        self.assertEqual(self.night(), (0, 0))
        self.assertEqual((self.open_ones().ids, self.quantities(self.central)), ([], [(14, 23)]))

    def test_a_large_change_says_so_too(self):
        self.low.write({"product_min_qty": 1, "product_max_qty": 2})
        self.low.entered_on = False
        self.budget(100)
        self.assertEqual(self.night(), (0, 1))
        self.assertIn("costs 230.0, and 100.0", self.open_ones().warning)

    def test_a_vendor_that_nothing_is_bought_from_has_no_price(self):
        """Neither when it comes first nor when the rule names it."""
        dear = self.lamp.seller_ids.copy({"price": 1000.0, "sequence": 0, "delay": 9})
        self.lamp.seller_ids.filtered(lambda line: line != dear).sequence = 1
        self.budget(20)
        with patch.object(type(dear), "_not_bought_from", lambda self: dear):
            self.assertEqual(self.night(), (1, 0))
            self.low.write({"product_min_qty": 14, "product_max_qty": 23, "supplier_id": dear.id})
            self.low.entered_on = False
            self.assertEqual(self.night(), (1, 0))
        self.low.write({"product_min_qty": 14, "product_max_qty": 23})
        self.low.entered_on = False
        self.assertEqual(self.night(), (0, 1))

    def test_less_costs_nothing(self):
        self.low.write({"product_min_qty": 16, "product_max_qty": 27})
        self.low.entered_on = False
        self.budget(1)
        self.assertEqual(self.night(), (1, 0))

    def test_what_the_central_warehouse_supplies_is_not_bought(self):
        self.moved(DAYS)
        self.rule(4, 14, route_id=self.store.resupply_route_ids.id)
        self.budget(1)
        run = self.compute()
        self.assertEqual((run.applied, run.proposed), (1, 0))

    def test_another_currency_and_unit(self):
        """A dozen for 10 of a currency that is worth half: 2 lamps are worth 10 / 12 * 2 / 2."""
        dozen = self.env.ref("uom.product_uom_dozen")
        vase = self.product("Vase", delay=9, uom_po_id=dozen.id)
        half = self.env["res.currency"].create({"name": "HLF", "symbol": "H", "rounding": 0.01})
        self.env["res.currency.rate"].create({"currency_id": half.id, "rate": 2.0, "name": "2020-01-01"})
        vase.seller_ids.write({"price": 10.0, "currency_id": half.id})
        self.moved(DAYS, source=self.central.lot_stock_id, product=vase)
        rule = self.rule(14, 23, self.central, vase, route_id=self.buy.id)
        self.low.unlink()
        budget = self.budget(0.83)
        self.assertEqual(self.night()[1], 1, "of the lamp")
        self.assertEqual((rule.product_min_qty, rule.product_max_qty), (15, 25))
        rule.write({"product_min_qty": 14, "product_max_qty": 23})
        rule.entered_on = False
        budget.amount = 0.82
        self.night()
        self.assertIn(vase, self.open_ones().product_id)
