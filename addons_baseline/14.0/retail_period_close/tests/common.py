"""January 2020 in the ground's company, where nothing else ever happened."""

from contextlib import contextmanager
from datetime import date

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, SavepointCase, new_test_user

GROUPS = "retail_period_close.group_period_closing,stock.group_stock_manager,purchase.group_purchase_manager"
FIRST, LAST = date(2020, 1, 1), date(2020, 1, 31)
WITHIN = fields.Datetime.to_datetime("2020-01-10 12:00:00")
THAT_DAY = WITHIN.date()


class PeriodCase(SavepointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # So that the second look of a close, which is a transaction of its own, sees what the test made.
        cls.registry.enter_test_mode(cls.cr)
        cls.addClassCleanup(cls.registry.leave_test_mode)
        cls.company = cls.env.ref("base.main_company")
        cls.claire = new_test_user(cls.env, "claire", groups=GROUPS)
        cls.denis = new_test_user(cls.env, "denis", groups=GROUPS)
        cls.partner = cls.env["res.partner"].create({"name": "Weber"})
        cls.stock = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1).lot_stock_id
        cls.category = cls.env["product.category"].create({"name": "Lamps"})
        cls.lamp = cls.product("Lamp")
        cls.debit, cls.credit = cls.account("Debit"), cls.account("Credit")

    @classmethod
    def product(cls, name, **values):
        values = {"name": name, "type": "product", "standard_price": 10.0, "list_price": 25.0, **values}
        taxes = {"taxes_id": [(5,)], "supplier_taxes_id": [(5,)], "categ_id": cls.category.id}
        return cls.env["product.product"].create({**taxes, **values})

    def period(self, first=FIRST, last=LAST, **values):
        periods = self.env["retail.period.close"].with_user(self.claire)
        return periods.create({"date_from": first, "date_to": last, "company_id": self.company.id, **values})

    def checked(self, *days, **values):
        period = self.period(*days, **values)
        period.action_check()
        return period

    def closed(self, *days, **values):
        period = self.checked(*days, **values)
        period.action_approval_submit()
        if period.approval_state == "pending":
            period.with_user(self.denis).action_approval_approve()
        self.assertEqual(period.state, "closed")
        return period

    def reopen(self, period):
        reopening = self.reopening(period)
        reopening.action_approval_submit()
        reopening.with_user(self.denis).action_approval_approve()

    def reopening(self, period):
        values = {"period_id": period.id, "reason": "A bill came late"}
        return self.env["retail.period.reopening"].with_user(self.claire).create(values)

    def result(self, period, code):
        return period.result_ids.filtered(lambda result: result.check_id.code == code)

    def found(self, code, day=LAST):
        return self.env["retail.period.check"].search([("code", "=", code)])._find(self.company, day)

    @contextmanager
    def refused(self, said, error=UserError):
        """As a request: what was refused is rolled back."""
        with self.assertRaisesRegex(error, said), self.cr.savepoint():
            yield
            self.env["base"].flush()
        self.env.clear()

    def journal(self, kind="general"):
        return self.env["account.journal"].search(
            [("type", "=", kind), ("company_id", "=", self.company.id)], limit=1
        )

    @classmethod
    def account(cls, name, kind="account.data_account_type_current_assets", **values):
        return cls.env["account.account"].create(
            {"name": name, "code": f"T{name[:5]}", "user_type_id": cls.env.ref(kind).id, **values}
        )

    def entry(self, day=THAT_DAY, debit=None, credit=None, amount=7.0, **line):
        return self.env["account.move"].create(
            {
                "journal_id": self.journal().id,
                "date": day,
                "line_ids": [
                    (0, 0, {"account_id": (debit or self.debit).id, "debit": amount, "name": "x", **line}),
                    (0, 0, {"account_id": (credit or self.credit).id, "credit": amount, "name": "x"}),
                ],
            }
        )

    def move_goods(self, product, quantity, source=None, target=None, moment=WITHIN):
        """A move that was done in January, booked in January."""
        move = self.env["stock.move"].create(
            {
                "name": product.name,
                "product_id": product.id,
                "product_uom": product.uom_id.id,
                "product_uom_qty": quantity,
                "location_id": (source or self.env.ref("stock.stock_location_suppliers")).id,
                "location_dest_id": (target or self.stock).id,
            }
        )
        move._action_confirm()
        return self.do(move, quantity, moment)

    def do(self, move, quantity, moment=WITHIN):
        move.quantity_done = quantity
        move.with_context(force_period_date=moment.date())._action_done()
        move.date = moment
        return move

    def give_back(self, picking, quantity):
        """A customer's or a vendor's return, which is to be refunded."""
        form = Form(
            self.env["stock.return.picking"].with_context(
                active_id=picking.id, active_ids=picking.ids, active_model="stock.picking"
            )
        )
        wizard = form.save()
        wizard.product_return_moves.write({"quantity": quantity, "to_refund": True})
        action = wizard.create_returns()
        self.do(self.env["stock.picking"].browse(action["res_id"]).move_lines, quantity)
