"""A till with an open session in the shop of returns, and what its page sends."""

from unittest.mock import patch

from odoo import fields
from odoo.addons.retail_base.tests.tills import till_order
from odoo.addons.retail_returns.tests.common import ShopMixin
from odoo.tests import new_test_user
from odoo.tools import mute_logger


class TillMixin(ShopMixin):
    @classmethod
    def set_up_till(cls):
        cls.set_up_shop()
        cls.env.company.point_of_sale_update_stock_quantities = "real"
        cls.cashier = new_test_user(cls.env, "carl", groups="point_of_sale.group_pos_manager")
        cls.cash = cls.env["pos.payment.method"].search(
            [("company_id", "=", cls.env.company.id), ("is_cash_count", "=", True)], limit=1
        ) or cls.env["pos.payment.method"].create({"name": "Cash", "receivable_account_id": cls.receivable().id})
        cls.config = cls.env["pos.config"].create(
            {
                "name": "Till",
                "picking_type_id": cls.warehouse.pos_type_id.id,
                "payment_method_ids": [(6, 0, cls.cash.ids)],
            }
        )
        cls.config.with_user(cls.cashier).open_session_cb()
        cls.session = cls.config.current_session_id

    @classmethod
    def receivable(cls):
        domain = [("company_id", "=", cls.env.company.id), ("user_type_id.type", "=", "receivable")]
        return cls.env["account.account"].search(domain, limit=1)

    def ring_up(self, units, product=None, number=1, **values):
        """As a till sends it; the number 1 unless told otherwise, and a new one for None."""
        product = product or self.coat
        known = {"moment": fields.Datetime.now(), "user_id": self.cashier.id, "partner_id": self.customer.id}
        order = till_order(self.session, product, units, number=number, **{**known, **values})
        orders = self.env["pos.order"].with_user(self.cashier)
        return orders.browse(orders.create_from_ui([order])[0]["id"])

    def asked(self, units, product=None, **values):
        """What the till's page says it wants to take back."""
        product = product or self.coat
        line = {"product_id": product.id, "quantity": units, "amount": units * product.lst_price}
        return {"lines": [line], "reason_id": self.reason.id, "partner_id": False, **values}

    def ask(self, units, product=None, **values):
        """The return, and why it may not be paid yet."""
        answer = self.session.with_user(self.cashier).till_return_ask(self.asked(units, product, **values))
        return self.env["retail.return"].browse(answer["id"]), answer["problem"]

    def find(self, name, units, product=None):
        """Why this return may not be paid back for so many."""
        session = self.session.with_user(self.cashier)
        return session.till_return_find(name, self.asked(units, product))["problem"]

    def payment(self, order):
        """The back office's wizard."""
        wizard = self.env["pos.make.payment"].with_user(self.cashier).with_context(active_id=order.id)
        return wizard.create({"payment_method_id": self.cash.id})

    def draft_back(self, units=3):
        """Values of an order that somebody makes in the back office to pay out."""
        amount = -units * self.coat.lst_price
        line = {
            "product_id": self.coat.id,
            "qty": -units,
            "price_unit": self.coat.lst_price,
            "price_subtotal": amount,
            "price_subtotal_incl": amount,
        }
        return {
            "session_id": self.session.id,
            "pricelist_id": self.config.pricelist_id.id,
            "amount_total": amount,
            "amount_paid": 0,
            "amount_tax": 0,
            "amount_return": 0,
            "lines": [(0, 0, line)],
        }

    def failing(self, problem):
        """Whoever submits a return fails by calling `problem`."""
        return patch.object(
            type(self.env["retail.return"]), "_approval_submit", lambda document: problem(document.env.cr)
        )

    def refused(self, _cr):
        raise ValueError("The moon is full.")

    @mute_logger("odoo.addons.retail_returns_pos.models.pos_order")
    def ring_up_without_return(self, problem, **values):
        with self.failing(problem):
            return self.ring_up(-1, number=None, **values)
