from datetime import date

from odoo.tests import BaseCase, tagged

from .. import amounts
from ..reading import Unreadable, read


@tagged("post_install", "-at_install")
class TestReading(BaseCase):
    def test_separators_and_byte_order_marks_do_not_matter(self):
        for separator in ";,\t":
            text = f"Code{separator}Sales Price\r\nA{separator}é\r\n"
            for content in (text.encode(), text.encode("utf-8-sig")):
                table = read(content)
                self.assertEqual(table.columns, ("code", "sales_price"))
                self.assertEqual(dict(table.records[0].values), {"code": "A", "sales_price": "é"})

    def test_records_know_their_line(self):
        table = read(b'code;name\nA;"two\nlines"\n\n;\nB;x\n')
        self.assertEqual([(each.number, each.values["code"]) for each in table.records], [(2, "A"), (6, "B")])

    def test_what_cannot_be_read_says_where(self):
        for content, what, line in (
            ("code;name\nA;Café\n".encode("cp1252"), "encoding", 2),
            ("code;name\n".encode("utf-16"), "encoding", 1),
            (b"code;name\nA\0;x\n", "encoding", 2),
            (b'code;name\nA;x\nB;"open\n', "quotes", 3),
        ):
            with self.assertRaises(Unreadable) as caught:
                read(content)
            self.assertEqual((caught.exception.what, caught.exception.facts), (what, {"line": line}))
        for content, what in ((b" \n", "empty"), (b"code;name;code\n", "twice")):
            with self.assertRaises(Unreadable) as caught:
                read(content)
            self.assertEqual(caught.exception.what, what)

    def test_numbers_as_people_write_them(self):
        for text, value in (
            ("12", 12.0),
            ("12,50", 12.5),
            ("12.50", 12.5),
            ("-3", -3.0),
            ("1 234,50", 1234.5),
            ("1\u202f234,50", 1234.5),
            ("1.234,50", 1234.5),
            ("1,234.50", 1234.5),
            ("1.234.567", 1234567.0),
            ("0.125", 0.125),
            ("1234.567", 1234.567),
            ("1.234,567", 1234.567),
        ):
            self.assertEqual(amounts.number(text), value, text)
        for text in ("1,234", "1.234", "12,3,4", "abc", "1,234.567.8", "12€", "nan", "1e5"):
            with self.assertRaises(ValueError, msg=text):
                amounts.number(text)

    def test_days_and_answers(self):
        for text in ("2026-11-25", "25/11/2026", "25.11.2026"):
            self.assertEqual(amounts.day(text), date(2026, 11, 25))
        for text in ("11/25/2026", "25-11-26", "2026-02-30"):
            with self.assertRaises(ValueError, msg=text):
                amounts.day(text)
        self.assertEqual([amounts.yes(text) for text in ("Oui", "1", "nein", "No")], [True, True, False, False])
        with self.assertRaises(ValueError):
            amounts.yes("maybe")
