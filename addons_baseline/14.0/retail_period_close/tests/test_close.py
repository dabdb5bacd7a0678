from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import FIRST, LAST, WITHIN, PeriodCase

FEBRUARY = (date(2020, 2, 1), date(2020, 2, 29))


@tagged("post_install", "-at_install")
class TestClose(PeriodCase):
    def test_a_month_in_order_is_closed_by_one_person(self):
        period = self.closed()
        self.assertEqual(period.approval_request_ids.note, "Every check that blocks has passed")
        self.assertEqual(self.company.retail_closed_until, LAST)
        self.assertEqual(self.company.period_lock_date, LAST)
        self.assertFalse(self.company.fiscalyear_lock_date)

    def test_the_checks_come_first(self):
        with self.refused("Run the checks first"):
            self.period().action_approval_submit()

    def test_a_check_that_was_switched_on_since_has_to_run(self):
        check = self.env.ref("retail_period_close.check_late_transfers")
        check.active = False
        period = self.checked()
        check.active = True
        with self.refused("Run the checks first"):
            period.action_approval_submit()

    def test_what_blocks_is_said_with_what_to_do(self):
        self.entry()
        period = self.checked()
        self.assertEqual(period.blocking, 1)
        said = r"Entries, invoices and bills that are not posted \(1\): Post them"
        with self.refused(said):
            period.action_approval_submit()

    def test_what_is_only_shown_blocks_nothing(self):
        self.env.ref("retail_period_close.check_draft_entries").severity = "warn"
        self.entry()
        period = self.checked()
        self.assertEqual(self.result(period, "draft_entries").verdict, "shown")
        period.action_approval_submit()
        self.assertEqual(period.state, "closed")

    def test_the_findings_can_be_opened(self):
        entry = self.entry()
        action = self.result(self.checked(), "draft_entries").action_open()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), entry)

    def test_who_closes_may_look_at_whatever_is_found(self):
        closer = new_test_user(self.env, "carla", groups="retail_period_close.group_period_closing")
        period = self.checked()
        for model in set(period.result_ids.mapped("res_model")):
            self.env[model].with_user(closer).check_access_rights("read")

    def test_a_waiver_takes_a_second_person(self):
        self.entry()
        period = self.checked()
        result = self.result(period, "draft_entries")
        result.waiver = "Posted by the auditors in March"
        self.assertEqual((result.verdict, result.waived_by_id), ("waived", self.claire))
        period.action_approval_submit()
        self.assertEqual((period.approval_state, period.state), ("pending", "checked"))
        with self.refused("second person", AccessError):
            period.action_approval_approve()
        with self.refused("Withdraw it first"):
            result.waiver = "Because"
        period.with_user(self.denis).action_approval_approve()
        self.assertEqual(period.state, "closed")

    def test_whoever_waived_does_not_approve(self):
        self.entry()
        period = self.checked()
        self.result(period, "draft_entries").with_user(self.denis).waiver = "Never mind"
        period.action_approval_submit()
        with self.refused("second person", AccessError):
            period.with_user(self.denis).action_approval_approve()

    def test_a_waiver_is_of_what_was_found(self):
        self.entry()
        period = self.checked()
        self.result(period, "draft_entries").waiver = "Posted by the auditors"
        period.action_check()
        self.assertEqual(self.result(period, "draft_entries").waiver, "Posted by the auditors")
        self.entry()
        period.action_check()
        self.assertEqual(self.result(period, "draft_entries").verdict, "blocks")

    def test_a_waiver_of_what_has_passed_says_nothing(self):
        with self.refused("does not block"):
            self.result(self.checked(), "draft_entries").waiver = "Just in case"

    def test_what_changed_since_the_checks_stops_it(self):
        period = self.checked()
        self.entry()
        with self.refused("Something has changed since .*: Entries"):
            period.action_approval_submit()
        self.assertFalse(self.company.retail_closed_until)

    def test_what_changed_while_it_waited_stops_it(self):
        period = self.checked(final=True)
        period.action_approval_submit()
        self.entry()
        with self.refused("Something has changed"):
            period.with_user(self.denis).action_approval_approve()

    def test_a_period_that_is_not_over(self):
        today = fields.Date.today()
        period = self.checked(today - timedelta(days=40), today)
        with self.refused("not over yet"):
            period.action_approval_submit()

    def test_no_day_is_left_out_or_closed_twice(self):
        self.closed()
        self.assertEqual(self.env["retail.period.close"]._default_date_from(), FEBRUARY[0])
        with self.refused("belong to the period", ValidationError):
            self.period(LAST, FEBRUARY[1])
        period = self.checked(date(2020, 2, 2), FEBRUARY[1])
        with self.refused("let this one begin on 02/01/2020"):
            period.action_approval_submit()

    def test_other_days_have_other_results(self):
        period = self.checked()
        period.date_to = date(2020, 1, 30)
        self.assertEqual((period.state, len(period.result_ids)), ("open", 0))

    def test_accounting_looks_and_does_not_close(self):
        accountant = new_test_user(self.env, "anton", groups="account.group_account_manager")
        period = self.checked().with_user(accountant)
        self.assertTrue(period.result_ids.mapped("verdict"))
        for attempt in (period.action_check, period.action_approval_submit, period.unlink):
            with self.assertRaises(AccessError):
                attempt()


@tagged("post_install", "-at_install")
class TestClosed(PeriodCase):
    def test_nobody_books_into_it_and_everybody_after_it(self):
        entry = self.entry()
        entry.action_post()
        self.closed()
        self.assertTrue(self.env.user.has_group("account.group_account_manager"))
        for user in (self.env.user, self.claire):
            with self.refused("prior to and inclusive of the lock date"):
                entry.with_user(user).button_draft()
            with self.refused("prior to and inclusive of the lock date"):
                self.entry(LAST)
        self.entry(FEBRUARY[0]).action_post()

    def test_another_company_is_not_closed(self):
        self.closed()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.assertEqual(other._get_user_fiscal_lock_date(), date.min)
        self.assertFalse(other._retail_is_closed(WITHIN))

    def test_days_end_where_the_company_is(self):
        self.company.partner_id.tz = "America/New_York"
        self.closed()
        last_moment = fields.Datetime.to_datetime("2020-02-01 04:59:59")
        self.assertTrue(self.company._retail_is_closed(last_moment))
        self.assertFalse(self.company._retail_is_closed(last_moment + timedelta(seconds=1)))

    def test_goods_that_were_moved_stay_moved(self):
        move = self.move_goods(self.lamp, 3)
        self.closed()
        said = "closed until 01/31/2020"
        with self.refused(said):
            move.move_line_ids.qty_done = 2
        with self.refused(said):
            move.quantity_done = 2
        with self.refused(said):
            move.date = fields.Datetime.now()
        with self.refused(said):
            self.env["stock.move.line"].create(
                {
                    "move_id": move.id,
                    "product_id": self.lamp.id,
                    "product_uom_id": self.lamp.uom_id.id,
                    "qty_done": 1,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                }
            )
        self.assertEqual(self.move_goods(self.lamp, 1, moment=fields.Datetime.now()).state, "done")

    def test_a_count_of_january_comes_too_late(self):
        self.closed()
        count = self.env["stock.inventory"].create({"name": "Count", "product_ids": self.lamp.ids})
        count.action_start()
        count.accounting_date = LAST
        with self.refused("Count lies in a period"):
            count.action_validate()
        count.accounting_date = FEBRUARY[0]
        count.action_validate()
        self.assertEqual(count.state, "done")

    def test_what_was_closed_is_not_changed_or_deleted(self):
        period = self.closed()
        for attempt in (
            lambda: period.write({"date_to": date(2020, 1, 15)}),
            lambda: period.write({"final": True}),
            period.action_check,
            period.unlink,
            self.result(period, "draft_entries").sudo().unlink,
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                attempt()

    def test_for_good(self):
        period = self.checked(final=True)
        period.action_approval_submit()
        self.assertEqual(period.approval_state, "pending", "it takes two")
        period.with_user(self.denis).action_approval_approve()
        self.assertEqual((self.company.fiscalyear_lock_date, self.company.tax_lock_date), (LAST, LAST))
        with self.refused("closed for good"):
            self.reopening(period).action_approval_submit()

    def test_for_good_nothing_that_core_insists_on_is_waived(self):
        self.entry()
        period = self.checked(final=True)
        self.result(period, "draft_entries").waiver = "Posted by the auditors"
        with self.refused("Post them, delete them"):
            period.action_approval_submit()

    def test_a_lock_that_was_there_is_not_taken_back(self):
        self.company.flush()
        self.cr.execute("UPDATE res_company SET period_lock_date = '2020-06-30' WHERE id = %s", self.company.ids)
        self.company.invalidate_cache()
        period = self.closed()
        self.assertEqual(self.company.period_lock_date, date(2020, 6, 30))
        self.reopen(period)
        self.assertEqual(self.company.period_lock_date, date(2020, 6, 30))


@tagged("post_install", "-at_install")
class TestReopening(PeriodCase):
    def test_two_people_reopen_it(self):
        period = self.closed()
        reopening = self.reopening(period)
        reopening.action_approval_submit()
        with self.refused("second person", AccessError):
            reopening.action_approval_approve()
        self.assertEqual(period.state, "closed")
        reopening.with_user(self.denis).action_approval_approve()
        self.assertEqual((period.state, period.approval_state), ("open", "draft"))
        self.assertFalse(self.company.retail_closed_until or self.company.period_lock_date)
        self.assertIn("Reopened: A bill came late", period.message_ids[0].body)
        self.entry().action_post()
        period.action_check()
        period.action_approval_submit()
        self.assertEqual(period.state, "closed")

    def test_the_last_one_first(self):
        january, february = self.closed(), self.closed(*FEBRUARY)
        with self.refused("reopen that one first"):
            self.reopening(january).action_approval_submit()
        self.reopen(february)
        self.assertEqual(self.company.retail_closed_until, LAST)
        self.assertEqual(self.company.period_lock_date, LAST)
        self.reopen(january)
        self.assertFalse(self.company.retail_closed_until)

    def test_a_request_that_was_overtaken_reopens_nothing(self):
        january = self.closed()
        reopening = self.reopening(january)
        reopening.action_approval_submit()
        self.closed(*FEBRUARY)
        with self.refused("reopen that one first"):
            reopening.with_user(self.denis).action_approval_approve()

    def test_it_is_asked_for_and_stays_as_it_was_asked_for(self):
        reopening = self.reopening(self.closed())
        reopening.action_approval_submit()
        with self.refused("as it stands"):
            reopening.reason = "Just so"
        reopening.with_user(self.denis).action_approval_approve()
        with self.refused("stays on record"):
            reopening.unlink()

    def test_an_open_one_needs_none(self):
        with self.refused("It is not closed"):
            self.reopening(self.period()).action_approval_submit()

    def test_who_was_closed_once_stays_on_record(self):
        period = self.closed()
        self.reopen(period)
        with self.refused("stays on record"):
            period.unlink()
        self.period(*FEBRUARY).unlink()
        self.assertEqual(period.date_from, FIRST)
