from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DAYS, PolicyCase


@tagged("post_install", "-at_install")
class TestProposals(PolicyCase):
    def setUp(self):
        super().setUp()
        self.moved(DAYS)
        self.policy(large_changes="propose", max_change_pct=30, small_qty=2)

    def open_ones(self):
        return self.proposals.search([("state", "=", "open"), ("warehouse_id", "=", self.store.id)])

    def proposed(self):
        self.compute()
        return self.open_ones()

    def test_a_small_change_is_made_and_on_record(self):
        rule = self.rule(4, 12)
        run = self.compute()
        self.assertEqual(self.quantities(), [(5, 15)])
        self.assertEqual((run.applied, run.proposed), (1, 0))
        made = self.proposals.search([("run_id", "=", run.id)])
        self.assertEqual((made.state, made.old_min, made.new_min, made.orderpoint_id), ("applied", 4, 5, rule))

    def test_a_few_units_are_small_whatever_they_are_in_per_cent(self):
        self.rule(4, 13)
        self.compute()
        self.assertEqual(self.quantities(), [(5, 15)])

    def test_a_large_change_waits_for_a_buyer(self):
        rule = self.rule(1, 15)
        proposal = self.proposed()
        self.assertEqual(self.quantities(), [(1, 15)])
        self.assertEqual((proposal.old_min, proposal.new_min, proposal.orderpoint_id), (1, 5, rule))
        self.assertIn("28 went out in 28 days", proposal.why)
        proposal.with_user(self.buyer).action_accept()
        self.assertEqual((proposal.state, proposal.decided_by_id), ("accepted", self.buyer))
        self.assertEqual(self.quantities(), [(5, 15)])

    def test_so_does_a_new_rule(self):
        proposal = self.proposed()
        self.assertEqual((self.quantities(), proposal.orderpoint_id.id), ([], False))
        proposal.with_user(self.buyer).action_accept()
        self.assertEqual(self.quantities(), [(5, 15)])
        self.assertEqual(proposal.orderpoint_id.product_id, self.lamp)

    def test_many_at_once(self):
        vase = self.product("Vase")
        self.moved(2 * DAYS, product=vase)
        self.rule(1, 1)
        self.proposed().with_user(self.buyer).action_accept()
        self.assertEqual((self.quantities(), self.quantities(product=vase)), ([(5, 15)], [(10, 30)]))

    def test_the_next_night_has_newer_numbers_and_no_second_one(self):
        first = self.proposed()
        self.moved(DAYS)
        second = self.proposed()
        self.assertEqual((second, second.new_min), (first, 10))

    def test_what_is_not_needed_any_more_is_outdated(self):
        rule = self.rule(1, 1)
        proposal = self.proposed()
        rule.write({"product_min_qty": 5, "product_max_qty": 15})
        self.compute()
        self.assertEqual((proposal.state, self.open_ones()), ("outdated", self.proposals))

    def test_nothing_is_written_over_what_was_changed_meanwhile(self):
        rule = self.rule(1, 1)
        proposal = self.proposed()
        rule.with_user(self.keeper).product_max_qty = 7
        proposal.with_user(self.buyer).action_accept()
        self.assertEqual((proposal.state, self.quantities()), ("outdated", [(1, 7)]))

    def test_nor_is_a_second_rule_made(self):
        proposal = self.proposed()
        self.rule(1, 2)
        proposal.with_user(self.buyer).action_accept()
        self.assertEqual((proposal.state, self.quantities()), ("outdated", [(1, 2)]))

    def test_a_refusal_has_a_reason_and_holds(self):
        proposal = self.proposed()
        wizard = self.env["retail.replenishment.refusal"].with_user(self.buyer)
        action = proposal.with_user(self.buyer).action_ask_why_not()
        empty = wizard.with_context(**action["context"]).create({"note": " "})
        with self.assertRaises(UserError):
            empty.action_refuse()
        wizard.with_context(**action["context"]).create({"note": "Campaign"}).action_refuse()
        self.assertEqual((proposal.state, proposal.note), ("refused", "Campaign"))
        self.assertFalse(self.proposed())
        self.env.cr.execute(
            "UPDATE retail_replenishment_proposal SET decided_at = %s WHERE id = %s",
            (fields.Datetime.now() - timedelta(days=29), proposal.id),
        )
        self.assertTrue(self.proposed())

    def test_who_may_not_decide(self):
        proposal = self.proposed()
        for user, because in ((self.env.ref("base.user_root"), "program"), (self.keeper, "Ask a buyer")):
            with self.assertRaisesRegex(AccessError, because):
                proposal.with_user(user).action_accept()

    def test_nobody_decides_twice(self):
        proposal = self.proposed().with_user(self.buyer)
        proposal.action_accept()
        for again in (proposal.action_accept, lambda: proposal._refuse("No")):
            with self.assertRaisesRegex(UserError, "already"):
                again()

    def test_old_ones_are_forgotten(self):
        self.rule(4, 12)
        run = self.compute()
        small = self.proposals.search([("run_id", "=", run.id)])
        self.proposals._gc_proposals()
        self.assertTrue(small.exists())
        self.env.cr.execute(
            "UPDATE retail_replenishment_proposal SET write_date = write_date - interval '31 days' WHERE id = %s",
            (small.id,),
        )
        self.proposals._gc_proposals()
        self.assertFalse(small.exists())
