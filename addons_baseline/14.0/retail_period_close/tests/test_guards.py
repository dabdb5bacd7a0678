from contextlib import contextmanager
from datetime import date
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from odoo import fields
from odoo.addons.retail_base import guard as passes
from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.tests import new_test_user, tagged

from .common import LAST, WITHIN, PeriodCase

LATER = fields.Datetime.to_datetime("2020-02-10 12:00:00")
NOT_OUTSIDE = "neither till nor website nor mail knows it"
NO_MOMENT = "core keeps no moment as somebody's own default"
ITS_OWN = "only who is at work in its company sees it"
OUTSIDE = {"pos": NOT_OUTSIDE, "website": NOT_OUTSIDE, "mail_gateway": NOT_OUTSIDE}


def without_closed_periods(case):
    """These guards ask the company whether it is closed, and not for a pass."""
    return patch.object(type(case.env["res.company"]), "_retail_closed_date", lambda self: None)


class MonthsCase(PeriodCase):
    months = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Who runs server actions, and may write what they are about.
        cls.env.ref("base.user_admin").groups_id += cls.env.ref("retail_period_close.group_period_closing")

    def month(self):
        """Another month each time, so that periods do not overlap."""
        type(self).months += 1
        first = date(1990, 1, 1) + relativedelta(months=self.months)
        return first, first + relativedelta(day=31)

    def days(self):
        first, last = self.month()
        return {"company_id": self.company.id, "date_from": first, "date_to": last}


@tagged("post_install", "-at_install")
class TestPeriodGuards(MonthsCase, GuardTable):
    guards = (
        Guard(
            name="closed_by_hand",
            model="retail.period.close",
            values={"state": "closed"},
            record=lambda case: case.blocked(),
            create=lambda case: case.days(),
            user=lambda case: case.claire,
            proper=lambda case, record: case.close_properly(record),
            buttons=("action_check", "action_approval_submit", "action_approval_approve", "action_ask_to_reopen"),
            ways={**OUTSIDE, "archived": "periods are not archived", "other_company": ITS_OWN},
        ),
        Guard(
            name="result_by_hand",
            model="retail.period.result",
            values={"found": 0},
            record=lambda case: case.result(case.blocked(), "draft_entries"),
            user=lambda case: case.claire,
            proper=lambda case, record: passes.passing(record).write({"found": 0}),
            buttons=("action_open",),
            ways={
                **OUTSIDE,
                "create": "nobody has the right",
                "archived": "results are not archived",
                "other_company": ITS_OWN,
            },
        ),
        Guard(
            name="reopened_by_hand",
            model="retail.period.reopening",
            values={"approval_state": "approved"},
            record=lambda case: case.asked_to_reopen(),
            create=lambda case: {"period_id": case.known_period.id, "reason": "A bill came late"},
            user=lambda case: case.claire,
            proper=lambda case, record: (
                record.action_approval_submit(),
                record.with_user(case.denis).action_approval_approve(),
            ),
            buttons=("action_approval_submit", "action_approval_approve", "action_approval_withdraw"),
            ways={**OUTSIDE, "archived": "reopenings are not archived", "other_company": ITS_OWN},
        ),
        Guard(
            name="another_reason_than_was_given",
            model="retail.period.reopening",
            values={"reason": "Never mind"},
            record=lambda case: case.submitted_reopening(),
            user=lambda case: case.claire,
            proper=lambda case, record: (
                record.action_approval_withdraw(),
                record.write({"reason": "Never mind"}),
            ),
            # It holds against its own process as well.
            off=None,
            ways={
                **OUTSIDE,
                "create": "a new one has a reason of its own",
                "button": "none writes the reason",
                "archived": "reopenings are not archived",
                "other_company": ITS_OWN,
            },
        ),
    )

    def blocked(self):
        first, last = self.month()
        self.cr.execute("DELETE FROM account_move WHERE state = 'draft'")
        self.entry(last)
        return self.checked(first, last)

    def setUp(self):
        super().setUp()
        self.known_period = self.closed(*self.month())

    def asked_to_reopen(self):
        return self.reopening(self.known_period)

    def submitted_reopening(self):
        reopening = self.asked_to_reopen()
        reopening.action_approval_submit()
        return reopening

    def close_properly(self, period):
        drafts = [("state", "=", "draft"), ("date", "<=", period.date_to)]
        self.env["account.move"].search(drafts).action_post()
        period.action_check()
        period.action_approval_submit()


@tagged("post_install", "-at_install")
class TestLockGuards(PeriodCase, GuardTable):
    guards = (
        Guard(
            name="lock_date_by_hand",
            model="res.company",
            values={"period_lock_date": date(2019, 12, 31)},
            record=lambda case: case.closed_company(),
            create=lambda case: {"name": "Newcomer"},
            user=lambda case: case.administrator,
            proper=lambda case, record: case.reopen(case.period_of(record)),
            ways={**OUTSIDE, "button": "no button sets a lock date", "archived": "companies are not archived"},
        ),
        Guard(
            name="close_undone_by_hand",
            model="res.company",
            values={"retail_closed_until": date(2019, 12, 31)},
            record=lambda case: case.closed_company(),
            create=lambda case: {"name": "Newcomer"},
            user=lambda case: case.administrator,
            proper=lambda case, record: case.reopen(case.period_of(record)),
            ways={**OUTSIDE, "button": "no button sets a lock date", "archived": "companies are not archived"},
        ),
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "base.group_system,base.group_partner_manager,account.group_account_manager"
        cls.administrator = new_test_user(cls.env, "adele", groups=groups)

    def closed_company(self):
        """December was closed before January."""
        company = self.env["res.company"].create({"name": f"Shop {self.env['res.company'].search_count([])}"})
        for user in (self.claire, self.denis, self.administrator):
            user.company_ids += company
        self.closed(date(2019, 12, 1), date(2019, 12, 31), company_id=company.id)
        self.closed(company_id=company.id)
        return company

    def period_of(self, company):
        return self.env["retail.period.close"].search([("company_id", "=", company.id)], limit=1)


@tagged("post_install", "-at_install")
class TestHistoryGuards(PeriodCase, GuardTable):
    guards = (
        Guard(
            name="posted_into_closed_period",
            model="account.move",
            values={"state": "posted"},
            record=lambda case: case.forgotten_entry(),
            user=lambda case: case.claire,
            proper=lambda case, record: case.open_and(record.action_post),
            buttons=("action_post",),
            off=lambda case: case.without_lock(),
            ways={
                "create": "core makes no entry that is posted already",
                "pos": "the entry of a session is dated on the day of its closing",
                "website": "an order is invoiced on the day",
                "mail_gateway": "a bill that comes by mail is a draft",
                "archived": "entries are not archived",
                "other_company": ITS_OWN,
            },
        ),
        Guard(
            name="move_dated_back",
            model="stock.move",
            values={"date": WITHIN, "state": "done"},
            record=lambda case: case.move_goods(case.lamp, 1, moment=LATER),
            create=lambda case: {
                "name": "x",
                "product_id": case.lamp.id,
                "product_uom": case.lamp.uom_id.id,
                "location_id": case.stock.id,
                "location_dest_id": case.stock.id,
                "company_id": case.company.id,
            },
            user=lambda case: case.claire,
            proper=lambda case, record: case.open_and(lambda: record.write({"date": WITHIN})),
            off=without_closed_periods,
            ways={
                "button": "no button dates a move",
                "own_default": NO_MOMENT,
                "pos": "a till's moves are done when they come in",
                "website": "an order's moves are done by the warehouse",
                "mail_gateway": "mail moves nothing",
                "archived": "moves are not archived",
                "other_company": ITS_OWN,
            },
        ),
        Guard(
            name="transfer_dated_back",
            model="stock.picking",
            values={"date_done": WITHIN},
            record=lambda case: case.picking(),
            user=lambda case: case.claire,
            proper=lambda case, record: case.open_and(lambda: record.write({"date_done": WITHIN})),
            off=without_closed_periods,
            ways={
                "create": "a new transfer is not done, whatever is given as its date",
                "button": "no button dates a transfer",
                "pos": "a till's transfers are done when they come in",
                "website": "an order's transfer is done by the warehouse",
                "mail_gateway": "mail moves nothing",
                "archived": "transfers are not archived",
                "other_company": ITS_OWN,
            },
        ),
        Guard(
            name="goods_dated_back",
            model="stock.move.line",
            values={"date": WITHIN},
            record=lambda case: case.move_goods(case.lamp, 1, moment=LATER).move_line_ids,
            create=lambda case: case.line_values(),
            user=lambda case: case.claire,
            proper=lambda case, record: case.open_and(lambda: record.write({"date": WITHIN})),
            off=without_closed_periods,
            ways={
                "button": "no button dates a line",
                "own_default": NO_MOMENT,
                "pos": "a till's moves are done when they come in",
                "website": "an order's moves are done by the warehouse",
                "mail_gateway": "mail moves nothing",
                "archived": "lines are not archived",
                "other_company": ITS_OWN,
            },
        ),
        Guard(
            name="count_dated_back",
            model="stock.inventory",
            values={"date": WITHIN},
            record=lambda case: case.done_count(),
            user=lambda case: case.claire,
            proper=lambda case, record: case.open_and(lambda: record.write({"date": WITHIN})),
            off=without_closed_periods,
            ways={
                "create": "a new count is not done",
                "button": "an accounting date is tested in test_close.py",
                "pos": "a till counts nothing",
                "website": "a visitor counts nothing",
                "mail_gateway": "mail counts nothing",
                "archived": "counts are not archived",
                "other_company": ITS_OWN,
            },
        ),
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.january = PeriodCase.closed(cls("test_move_dated_back__create"))

    def forgotten_entry(self):
        """A draft that January's close did not see."""
        with self.without_lock():
            return self.entry()

    def picking(self):
        kind = self.env["stock.picking.type"].search([("code", "=", "incoming")], limit=1)
        move = self.move_goods(self.lamp, 1, moment=LATER)
        places = {"location_id": move.location_id.id, "location_dest_id": move.location_dest_id.id}
        picking = self.env["stock.picking"].create({"picking_type_id": kind.id, **places})
        move.picking_id = picking
        picking.date_done = LATER
        self.assertEqual(picking.state, "done")
        return picking

    def line_values(self):
        """Of a line more in what was moved after the period."""
        line = self.move_goods(self.lamp, 1, moment=LATER).move_line_ids
        names = ("move_id", "product_id", "product_uom_id", "location_id", "location_dest_id", "company_id")
        return {**{name: line[name].id for name in names}, "qty_done": 1.0}

    def done_count(self):
        lamp = self.product("Counted")
        count = self.env["stock.inventory"].create(
            {
                "name": "Count",
                "location_ids": [(6, 0, self.stock.ids)],
                "product_ids": [(6, 0, lamp.ids)],
            }
        )
        count.action_start()
        # Whether counts need an approval is another addon's.
        passes.passing(count)._action_done()
        return count

    def open_and(self, act):
        self.reopen(self.january)
        act()

    @contextmanager
    def without_lock(self):
        """Core's own lock does not bind Claire, who is an adviser."""
        with without_closed_periods(self):
            yield

    def test_the_close_is_why(self):
        self.assertEqual(self.company.retail_closed_until, LAST)
