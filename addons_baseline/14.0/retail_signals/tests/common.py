"""Figures of days written straight into their table, on a day far from all that the shop itself did."""

from datetime import date, timedelta

from odoo.addons.retail_base import guard as passes
from odoo.addons.retail_exceptions.tests.common import BoardCase

TODAY = date(2031, 6, 2)


class SignalsCase(BoardCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A company whose figures are these alone.
        cls.cr.execute("DELETE FROM retail_signal_day")
        cls.env["retail.signal.day"].invalidate_cache()
        cls.others = cls.env["product.product"].create([{"name": f"Shade {number}"} for number in range(30)])

    @classmethod
    def kind(cls, code):
        return cls.env.ref(f"retail_signals.kind_{code}")

    @classmethod
    def trust(cls, *codes):
        """All checks of these kinds are good."""
        for check in cls.env["retail.signal.kind"].union(*map(cls.kind, codes)).check_ids:
            cls.set_quality(check, 100.0 if check.direction == "least" else 0.0)

    @classmethod
    def set_quality(cls, check, value):
        cls.env["retail.signal.quality"]._set(check, cls.company, value)

    @classmethod
    def happened(cls, measure, ago, **figures):
        """Figures of the day so many days before TODAY."""
        values = {"measure": measure, "date": TODAY - timedelta(days=ago), "company_id": cls.company.id, **figures}
        for name in ("events", "exposure", "amount"):
            values.setdefault(name, 0.0)
        made = passes.passing(cls.env["retail.signal.day"]).create(values)
        # Without the pass.
        return cls.env["retail.signal.day"].browse(made.id)

    @classmethod
    def weeks_of_trade(cls, product, back, sold=100, last=None):
        """The same in each of thirteen weeks, but for what came back in the last."""
        for week in range(13):
            events = back if week or last is None else last
            cls.happened("trade", week * 7 + 3, product_id=product.id, events=events, exposure=sold)

    def look(self, code, today=TODAY):
        kind = self.kind(code)
        kind._look(today)
        self.assertFalse(kind.error)
        return self.signals(code)

    def signals(self, code):
        domain = [("kind_id", "=", self.kind(code).id), ("state", "=", "open")]
        return self.env["retail.signal"].search([*domain, ("company_id", "=", self.company.id)])
