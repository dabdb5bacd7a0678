from datetime import date
from unittest.mock import patch

from odoo import fields
from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.addons.retail_base.tests.tills import till_order
from odoo.addons.retail_period_close.tests.common import LAST, WITHIN, PeriodCase
from odoo.tests import tagged
from odoo.tools import mute_logger


class TillCase(PeriodCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cash = cls.env["account.journal"].create({"name": "Till", "type": "cash", "code": "TILL"})
        receivable = cls.account("Receivable", "account.data_account_type_receivable", reconcile=True)
        cls.company.account_default_pos_receivable_account_id = receivable
        cls.method = cls.env["pos.payment.method"].create(
            {
                "name": "Cash at the till",
                "is_cash_count": True,
                "cash_journal_id": cash.id,
                "receivable_account_id": receivable.id,
            }
        )
        cls.till = cls.env["pos.config"].create(
            {"name": "Till", "payment_method_ids": [(6, 0, cls.method.ids)], "cash_control": False}
        )
        cls.lamp.available_in_pos = True

    def session(self, moment=WITHIN):
        self.till.open_session_cb()
        session = self.till.current_session_id
        session.start_at = moment
        return session

    def sell(self, session, price=25.0, **values):
        order = till_order(session, self.lamp, price=price, moment=WITHIN, **values)
        [made] = self.env["pos.order"].create_from_ui([order])
        return self.env["pos.order"].browse(made["id"])

    def close_session(self, session, moment=WITHIN):
        session.action_pos_session_closing_control()
        if session.state != "closed":
            session.action_pos_session_validate()
        self.assertEqual(session.state, "closed")
        session.stop_at = moment
        return session


@tagged("post_install", "-at_install")
class TestTills(TillCase, GuardTable):
    guards = (
        Guard(
            name="session_opened_again",
            model="pos.session",
            values={"state": "opened"},
            record=lambda case: case.session_of_january(),
            user=lambda case: case.manager,
            proper=lambda case, record: case.open_and(lambda: record.write({"state": "opened"})),
            buttons=("action_pos_session_open", "action_pos_session_closing_control", "open_frontend_cb"),
            off=lambda case: patch.object(type(case.env["res.company"]), "_retail_closed_date", lambda self: None),
            ways={
                "create": "a new session is none of the closed period",
                "pos": "a till that sends to a closed session is given a new one by core",
                "website": "the website knows no sessions",
                "mail_gateway": "mail opens no till",
                "archived": "sessions are not archived",
                "other_company": "only who is at work in its company sees it",
            },
        ),
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.env.ref("base.user_admin")
        cls.manager.groups_id += cls.env.ref("point_of_sale.group_pos_manager")

    def session_of_january(self):
        if not self.company.retail_closed_until:
            self.january = self.closed()
        session = self.close_session(self.session(fields.Datetime.now()), fields.Datetime.now())
        session.flush()
        self.cr.execute("UPDATE pos_session SET start_at = %s WHERE id = %s", (WITHIN, session.id))
        self.cr.execute("UPDATE pos_session SET stop_at = start_at WHERE id = %s", session.ids)
        session.invalidate_cache()
        return session

    def open_and(self, act):
        self.reopen(self.january)
        act()

    def test_an_open_till_blocks_the_close(self):
        session = self.session()
        self.sell(session)
        finding = self.found("open_tills")
        self.assertEqual((finding.ids, finding.amount), (session.ids, 25.0))
        self.assertFalse(self.found("open_tills", date(2020, 1, 9)).ids)
        self.close_session(session)
        self.assertFalse(self.found("open_tills").ids)

    def test_a_session_is_booked_as_it_was_paid(self):
        session = self.session()
        self.sell(session)
        self.sell(session, -5.0)
        self.close_session(session)
        self.assertFalse(self.found("till_sales_ledger").ids)
        session.move_id.button_draft()
        finding = self.found("till_sales_ledger")
        self.assertEqual((finding.ids, finding.amount), (session.ids, 20.0))

    def test_sales_with_an_invoice_are_booked_by_that(self):
        session = self.session()
        self.sell(session)
        self.sell(session, 30.0, partner_id=self.partner.id, to_invoice=True)
        self.close_session(session)
        self.assertFalse(self.found("till_sales_ledger").ids)

    def test_a_sale_that_comes_in_late_is_booked(self):
        self.method.split_transactions = True
        session = self.close_session(self.session())
        self.closed()
        with mute_logger("odoo.addons.point_of_sale.models.pos_order"):
            late = self.sell(session, partner_id=self.partner.id, to_invoice=True)
        self.assertEqual(late.account_move.state, "posted")
        self.assertEqual(late.account_move.date, date(2020, 2, 1))
        rescue = late.session_id
        self.assertNotEqual(rescue, session)
        self.sell(rescue)
        self.close_session(rescue, fields.Datetime.now())
        self.assertGreater(rescue.move_id.date, LAST)
        self.assertGreater(min(rescue.statement_ids.line_ids.mapped("date")), LAST)
