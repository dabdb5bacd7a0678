from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import SignalsCase


@tagged("post_install", "-at_install")
class TestBank(SignalsCase):
    """Lines of a bank that belong to nothing a week after their day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank, cls.other = cls.env["account.journal"].create(
            [{"name": f"Bank {code}", "type": "bank", "code": code} for code in ("TBA", "TBB")]
        )

    def lines(self, *days_and_amounts):
        lines = [
            {"date": self.ago(days=days).date(), "payment_ref": "Paid", "amount": amount}
            for days, amount in days_and_amounts
        ]
        values = {"journal_id": self.bank.id, "line_ids": [(0, 0, line) for line in lines]}
        return self.env["account.bank.statement"].create(values)

    def figures(self):
        """(late, all, worth) of the bank, by days ago on which they should have been matched."""
        today = fields.Date.today()
        self.env["retail.signal.day"]._append(today + timedelta(days=1))
        rows = self.env["retail.signal.day"].search([("measure", "=", "bank_late")])
        found = {}
        for row in rows.filtered(lambda each: each.journal_id == self.bank):
            figures = found.get((today - row.date).days, (0, 0, 0))
            added = (row.events, row.exposure, row.amount)
            found[(today - row.date).days] = tuple(map(sum, zip(figures, added)))
        return {days: figures for days, figures in found.items() if any(figures)}

    def match(self, line):
        account = self.env["account.account"].search(
            [("company_id", "=", self.company.id), ("user_type_id.internal_group", "=", "income")], limit=1
        )
        line.reconcile([{"name": "Interest", "account_id": account.id, "balance": -line.amount}])

    def test_what_is_not_matched_in_time(self):
        statement = self.lines((20, -30.0), (9, 50.0), (2, 70.0))
        self.assertEqual(self.figures(), {}, "it is not posted")
        statement.button_post()
        self.assertEqual(self.figures(), {13: (1, 1, 30), 2: (1, 1, 50)})

    def test_matched_in_time_and_too_late(self):
        statement = self.lines((9, 50.0), (8, 20.0))
        statement.button_post()
        for line in statement.line_ids:
            self.match(line)
        self.assertTrue(all(statement.line_ids.mapped("is_reconciled")))
        self.assertEqual(self.figures(), {2: (1, 1, 50), 1: (1, 1, 20)}, "what was late stays late")
        in_time = statement.line_ids.filtered(lambda line: line.amount == 50)
        self.env["base"].flush()
        self.cr.execute(
            "UPDATE account_move_line SET create_date = %s WHERE move_id = %s",
            (self.ago(days=5), in_time.move_id.id),
        )
        self.assertEqual(self.figures(), {2: (0, 1, 0), 1: (1, 1, 20)})

    def test_more_than_this_bank_usually_has(self):
        self.trust("bank_lines", "bank_amount")
        for week in range(13):
            for bank in self.bank | self.other:
                late = 40 if bank == self.bank and not week else 6
                worth = 9000.0 if bank == self.bank and not week else 500.0 + 10 * week
                figures = {"events": late, "exposure": 100, "amount": worth}
                self.happened("bank_late", week * 7 + 2, journal_id=bank.id, **figures)
        lines, money = self.look("bank_lines"), self.look("bank_amount")
        self.assertEqual((lines.journal_id, lines.observed), (self.bank, 40))
        self.assertRegex(lines.explanation, "^40 in 7 days; usual are . to .$")
        self.assertIn("Bank TBA", lines.name)
        self.assertEqual((money.journal_id, money.observed), (self.bank, 9000))
        self.assertIn("9,000.00", money.explanation)
        detector = self.detector("signals")
        detector._detect()
        self.assertIn("Bank TBA", detector.exception_ids.filtered(lambda each: each.res_id == lines.id).name)

    def test_off_until_the_figures_are_good(self):
        checks = self.kind("bank_lines").check_ids
        self.assertEqual(set(checks.mapped("code")), {"bank_history", "bank_entered"})
        self.lines((20, -30.0), (9, 50.0), (2, 70.0), (1, 5.0)).button_post()
        self.figures()
        for check in checks:
            check._check()
        values = {each.check_id.code: each.value for each in checks.quality_ids if each.company_id == self.company}
        self.assertEqual(values["bank_history"], 13)
        self.assertEqual(values["bank_entered"], 50, "two were entered more than a week after their day")
        self.assertFalse(self.look("bank_lines"))
