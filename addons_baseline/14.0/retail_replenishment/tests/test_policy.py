from datetime import date, timedelta
from unittest.mock import patch

import psycopg2
from odoo import fields
from odoo.addons.retail_base import batch
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.season import in_season
from .common import DAYS, PolicyCase


@tagged("post_install", "-at_install")
class TestQuantities(PolicyCase):
    """One lamp a day: each day of the policy is one lamp."""

    def setUp(self):
        super().setUp()
        self.moved(DAYS)

    def test_a_store_waits_for_its_central_warehouse(self):
        self.store.resupply_route_ids.rule_ids.filtered(lambda rule: rule.action == "pull")[:1].delay = 2
        self.policy()
        run = self.compute()
        # 2 days of transfer, 1 between orders, 4 of safety; 10 more for the maximum.
        self.assertEqual(self.quantities(), [(7, 17)])
        self.assertEqual((run.applied, run.proposed), (1, 0))

    def test_and_for_the_vendor_if_nothing_is_kept_there(self):
        self.policy(central_keeps_stock=False)
        self.compute()
        # 9 days of the vendor and one of the company's own.
        self.assertEqual(self.quantities(), [(15, 25)])

    def test_the_central_warehouse_waits_for_the_vendor(self):
        self.moved(2 * DAYS, self.central.lot_stock_id, self.company.internal_transit_location_id)
        self.policy()
        self.compute(self.central)
        self.assertEqual(self.quantities(self.central), [(30, 50)])

    def test_the_first_vendor_counts_as_core_takes_it(self):
        first = self.lamp.seller_ids
        first.sequence = 5
        first.copy({"delay": 19, "sequence": 1})
        first.copy({"delay": 99, "sequence": 0, "date_end": "2020-01-01"})
        self.policy(central_keeps_stock=False)
        self.compute()
        self.assertEqual(self.quantities(), [(25, 35)])

    def test_a_new_rule_is_as_the_orm_makes_it(self):
        self.policy()
        self.compute()
        made = self.rules.search([("product_id", "=", self.lamp.id)])
        other = self.rule(1, 2, product=self.product("Vase"))
        for name in ("trigger", "active", "qty_multiple", "group_id", "company_id", "product_category_id"):
            self.assertEqual(made[name], other[name], name)
        self.assertEqual(made.route_id.supplier_wh_id, self.central)
        self.assertRegex(made.name, r"^OP/\d{5}$")
        self.assertEqual(int(other.name[3:]), int(made.name[3:]) + 1)

    def test_the_scheduler_orders_by_it(self):
        self.policy()
        self.compute()
        self.env["procurement.group"].run_scheduler(company_id=self.company.id)
        move = self.env["stock.move"].search(
            [("product_id", "=", self.lamp.id), ("location_dest_id", "=", self.store.lot_stock_id.id)]
        )
        # Of what was sold nothing had been there.
        self.assertEqual(move.product_qty, DAYS + 15)

    def test_returns_lower_it_and_losses_are_no_demand(self):
        self.moved(DAYS / 2, self.customers, self.store.lot_stock_id)
        self.moved(90, target=self.lamp.property_stock_inventory)
        self.moved(90, target=self.env.ref("stock.stock_location_suppliers"))
        self.moved(90, target=self.store.wh_pack_stock_loc_id)
        self.policy()
        self.compute()
        self.assertEqual(self.quantities(), [(3, 8)])

    def test_only_the_days_that_the_policy_looks_at(self):
        self.moved(90, days_ago=DAYS + 1)
        self.policy(categ_id=self.env["product.category"].create({"name": "Else"}).id, history_days=200)
        self.policy()
        self.compute()
        self.assertEqual(self.quantities(), [(5, 15)])

    def test_a_young_product_is_not_thought_slow(self):
        # create_date cannot be written by the ORM.
        self.env.cr.execute(
            "UPDATE product_product SET create_date = %s WHERE id = %s",
            (fields.Datetime.now() - timedelta(days=14), self.lamp.id),
        )
        self.policy()
        self.compute()
        self.assertEqual(self.quantities(), [(10, 30)])

    def test_whole_units(self):
        self.moved(1)
        self.policy()
        self.compute()
        self.assertEqual(self.quantities(), [(6, 17)])

    def test_a_shelf_that_has_to_look_like_one(self):
        self.policy(least_qty=12)
        self.compute()
        self.assertEqual(self.quantities(), [(12, 22)])

    def test_the_first_policy_of_a_category_or_above(self):
        self.policy(sequence=3, cover_days=1)
        self.policy(sequence=2, cover_days=2, categ_id=self.home.id)
        last = self.policy(sequence=1, cover_days=3, categ_id=self.light.id)
        self.compute()
        self.assertEqual(self.quantities(), [(5, 8)])
        last.active = False
        self.compute()
        self.assertEqual(self.quantities(), [(5, 7)])

    def test_only_in_its_stores_and_its_season(self):
        today = fields.Date.today()
        self.policy(warehouse_ids=[(6, 0, self.central.ids)])
        self.policy(season_from=today + timedelta(days=2), season_to=today + timedelta(days=9))
        self.compute()
        self.assertEqual(self.quantities(), [])
        self.policy(season_from=today.replace(year=2000, day=1), season_to=today.replace(year=2001))
        self.compute()
        self.assertEqual(self.quantities(), [(5, 15)])

    def test_what_is_not_sold_any_more_goes_down(self):
        vase = self.product("Vase")
        self.rule(8, 9, product=vase)
        self.policy()
        self.compute()
        self.assertEqual(self.quantities(product=vase), [(0, 0)])

    def test_services_and_what_is_archived_are_left(self):
        self.policy()
        self.lamp.active = False
        self.compute()
        self.assertEqual(self.quantities(), [])

    def test_a_rule_that_somebody_archived_stays_so(self):
        self.rule(1, 2).active = False
        self.policy()
        self.compute()
        self.assertEqual(self.quantities(), [])

    def test_a_second_rule_for_the_same_place_is_not_added_up(self):
        self.rule(1, 2)
        self.rule(3, 4)
        self.policy()
        self.compute()
        self.assertEqual(sorted(self.quantities()), [(3, 4), (5, 15)])

    def test_what_core_suggests_becomes_a_rule(self):
        suggested = self.rules.sudo().with_user(1).create(
            {**self.rules._get_orderpoint_values(self.lamp.id, self.store.lot_stock_id.id),
             "warehouse_id": self.store.id}
        )  # fmt: skip
        self.policy()
        self.compute()
        self.rules.action_open_orderpoints()
        self.assertEqual((suggested.exists().trigger, self.quantities()), ("auto", [(5, 15)]))

    def test_of_another_company_nothing(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.policy(company_id=company.id)
        self.compute()
        self.assertEqual(self.quantities(), [])


@tagged("post_install", "-at_install")
class TestPeople(PolicyCase):
    """What a store enters, and who makes policies."""

    def setUp(self):
        super().setUp()
        self.moved(DAYS)

    def test_what_a_person_entered_holds(self):
        rule = self.rule(2, 3)
        rule.with_user(self.keeper).product_max_qty = 4
        self.assertEqual(rule.entered_on, fields.Date.today())
        self.policy(hold_days=7)
        self.compute()
        self.assertEqual(self.quantities(), [(2, 4)])
        rule.entered_on -= timedelta(days=8)
        self.compute()
        self.assertEqual((self.quantities(), rule.entered_on), ([(5, 15)], False))

    def test_also_on_a_new_rule(self):
        rule = self.rules.with_user(self.keeper).create(
            {"product_id": self.lamp.id, "location_id": self.store.lot_stock_id.id, "product_min_qty": 3,
             "warehouse_id": self.store.id}
        )  # fmt: skip
        self.assertTrue(rule.entered_on)

    def test_writing_the_same_is_no_decision(self):
        rule = self.rule(2, 3)
        rule.with_user(self.keeper).write({"product_min_qty": 2.0, "product_max_qty": 3.0})
        self.assertFalse(rule.entered_on)

    def test_only_central_policy_makes_policies(self):
        policy = self.policy()
        for user in (self.buyer, self.keeper):
            with self.assertRaises(AccessError):
                policy.with_user(user).write({"cover_days": 1})
            self.assertEqual(policy.with_user(user).cover_days, 10)
        central = new_test_user(self.env, "test_central", groups="base.group_user,retail_base.group_policy")
        policy.with_user(central).write({"cover_days": 1})

    def test_days_and_quantities_are_sensible(self):
        for values in (
            {"history_days": 0},
            {"history_days": 900},
            {"cover_days": -1},
            {"least_qty": -1},
            {"season_from": "2026-01-01"},
        ):
            with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
                self.policy(**values)


@tagged("post_install", "-at_install")
class TestSeason(PolicyCase):
    def test_years_do_not_count(self):
        spring = (date(2020, 3, 1), date(2020, 5, 31))
        winter = (date(2020, 11, 15), date(2020, 2, 29))
        for day, season, expected in (
            (date(2026, 3, 1), spring, True),
            (date(2026, 5, 31), spring, True),
            (date(2026, 6, 1), spring, False),
            (date(2026, 12, 31), winter, True),
            (date(2027, 1, 1), winter, True),
            (date(2027, 3, 1), winter, False),
            (date(2026, 11, 14), winter, False),
            (date(2026, 7, 1), (False, False), True),
        ):
            with self.subTest(day=day, season=season):
                self.assertIs(in_season(day, *season), expected)


@tagged("post_install", "-at_install")
class TestNight(PolicyCase):
    def setUp(self):
        super().setUp()
        self.moved(DAYS)
        self.policy()
        # Transactions of their own, within the test's.
        self.registry.enter_test_mode(self.cr)
        self.addCleanup(self.registry.leave_test_mode)

    def ours(self):
        return self.runs.search([]).warehouse_id & (self.store | self.central)

    def test_every_warehouse_once(self):
        self.runs._cron_recompute()
        self.env.cache.invalidate()
        self.assertEqual(self.quantities(), [(5, 15)])
        self.assertEqual(self.ours(), self.store | self.central)
        before = self.runs.search_count([])
        self.runs._cron_recompute()
        self.assertEqual(self.runs.search_count([]), before)

    def test_an_interrupted_night_goes_on_with_what_is_left(self):
        self.compute(self.central)
        before = self.runs.search_count([("warehouse_id", "=", self.central.id)])
        self.runs._cron_recompute()
        self.assertEqual(self.runs.search_count([("warehouse_id", "=", self.central.id)]), before)
        self.assertEqual(self.ours(), self.store | self.central)

    def test_a_changed_policy_is_a_reason_to_compute_anew(self):
        self.runs._cron_recompute()
        self.env.cr.execute("UPDATE retail_replenishment_run SET date = date - interval '1 hour'")
        self.env.cache.invalidate()
        self.assertIn(self.store, self.runs._due())

    def test_one_that_fails_does_not_stop_the_others(self):
        right = type(self.runs)._recompute

        def failing(runs, warehouse_id):
            if warehouse_id == self.central.id:
                raise ValueError("broken")
            return right(runs, warehouse_id)

        with patch.object(type(self.runs), "_recompute", failing), mute_logger(batch.__name__):
            self.runs._cron_recompute()
        self.assertEqual(self.ours(), self.store)

    def test_whoever_was_too_late_tries_again(self):
        right, attempts = type(self.runs)._recompute, []

        def too_late(runs, warehouse_id):
            attempts.append(warehouse_id)
            if attempts.count(warehouse_id) < batch.ATTEMPTS:
                raise psycopg2.extensions.TransactionRollbackError("too late")
            return right(runs, warehouse_id)

        with patch.object(type(self.runs), "_recompute", too_late):
            self.runs._cron_recompute()
        self.assertEqual(self.ours(), self.store | self.central)
        self.assertEqual(attempts.count(self.store.id), batch.ATTEMPTS)
