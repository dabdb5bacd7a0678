from odoo import fields
from odoo.addons.retail_returns.tests.common import ShopMixin
from odoo.exceptions import UserError
from odoo.tests import SavepointCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestTill(ShopMixin, SavepointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
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
        """As a till sends it."""
        product = product or self.coat
        amount = units * product.lst_price
        reference = f"{self.session.id:05d}-001-{number:04d}"
        line = {
            "product_id": product.id,
            "qty": units,
            "price_unit": product.lst_price,
            "price_subtotal": amount,
            "price_subtotal_incl": amount,
            "discount": 0,
            "tax_ids": [[6, 0, []]],
            "pack_lot_ids": [],
            "id": 1,
        }
        payment = {"name": fields.Datetime.now(), "payment_method_id": self.cash.id, "amount": amount}
        data = {
            "name": f"Order {reference}",
            "uid": reference,
            "pos_session_id": self.session.id,
            "user_id": self.cashier.id,
            "partner_id": self.customer.id,
            "pricelist_id": self.config.pricelist_id.id,
            "fiscal_position_id": False,
            "sequence_number": number,
            "creation_date": fields.Datetime.now().isoformat(),
            "amount_total": amount,
            "amount_paid": amount,
            "amount_tax": 0,
            "amount_return": 0,
            "lines": [[0, 0, line]],
            "statement_ids": [[0, 0, payment]],
            **values,
        }
        orders = self.env["pos.order"].with_user(self.cashier)
        found = orders.create_from_ui(
            [{"id": reference, "data": data, "to_invoice": values.get("to_invoice", False)}]
        )
        return orders.browse(found[0]["id"])

    def test_a_sale_has_no_return(self):
        order = self.ring_up(2)
        self.assertEqual((order.state, order.return_ids.ids), ("paid", []))

    def test_what_a_till_takes_back_waits_and_is_recorded(self):
        order = self.ring_up(-1)
        document = order.return_ids
        self.assertEqual((order.state, document.approval_state, document.state), ("paid", "approved", "released"))
        self.assertEqual((document.channel, document.amount, document.approved_amount), ("store", 40, 40))
        self.assertEqual(document.approval_request_ids.requester_id, self.cashier)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual((self.at(self.waiting), self.at(self.shelf)), (1, 95))

    def test_above_the_limits_it_is_taken_and_looked_into(self):
        order = self.ring_up(-3)
        document = order.return_ids
        self.assertEqual((order.state, order.picking_ids.state), ("paid", "done"), "a till is never refused")
        self.assertEqual((document.approval_state, self.at(self.waiting)), ("pending", 3))
        self.approve(document)
        self.assertEqual(document.state, "received")
        document.with_user(self.inspector).line_ids.condition = "sellable"
        document.with_user(self.inspector).action_inspected()
        self.assertEqual((document.state, document.incoming_ids.location_dest_id), ("released", self.shelf))

    def test_where_stock_moves_when_the_till_closes(self):
        self.session.update_stock_at_closing = True
        order = self.ring_up(-1)
        self.assertEqual((order.return_ids.state, self.at(self.waiting)), ("released", 0))
        self.session.with_user(self.cashier).action_pos_session_closing_control()
        self.assertEqual((self.session.state, self.at(self.waiting), self.at(self.shelf)), ("closed", 1, 95))

    def test_without_a_customer_and_without_goods(self):
        self.assertTrue(self.ring_up(-1, partner_id=False).return_ids)
        service = self.env["product.product"].create({"name": "Repair", "type": "service", "list_price": 5})
        document = self.ring_up(-1, service, number=2).return_ids
        self.assertEqual((document.goodwill, document.approval_state), (5, "pending"))

    def test_its_invoice_needs_no_return_of_its_own(self):
        order = self.ring_up(-1)
        order.action_pos_order_invoice()
        self.assertEqual((order.account_move.move_type, order.account_move.state), ("out_refund", "posted"))

    def refund(self, units):
        """In the back office; the refund, and the wizard that pays it out."""
        sold = self.ring_up(units)
        order = self.env["pos.order"].with_user(self.cashier).browse(sold.refund()["res_id"])
        wizard = self.env["pos.make.payment"].with_user(self.cashier).with_context(active_id=order.id)
        return order, wizard.create({"payment_method_id": self.cash.id})

    def test_the_back_office_pays_out_within_the_limits(self):
        order, wizard = self.refund(1)
        wizard.check()
        self.assertEqual((order.state, order.return_ids.state), ("paid", "released"))

    def test_the_back_office_waits_for_the_approval(self):
        order, wizard = self.refund(3)
        action = wizard.check()
        self.assertEqual((action["res_model"], order.state, order.amount_paid), ("retail.return", "draft", 0))
        self.assertEqual(wizard.check()["res_id"], order.return_ids.id)
        self.approve(order.return_ids)
        wizard.check()
        self.assertEqual(order.state, "paid")

    def test_not_for_more_than_was_approved(self):
        order, wizard = self.refund(3)
        wizard.check()
        self.approve(order.return_ids)
        order.lines.qty = -4
        with self.assertRaisesRegex(UserError, "is about other goods"):
            wizard.check()

    def test_not_when_it_was_rejected(self):
        order, wizard = self.refund(3)
        wizard.check()
        action = order.return_ids.with_user(self.boss).action_approval_ask_why_not()
        rejection = self.env[action["res_model"]].with_user(self.boss).with_context(**action["context"])
        rejection.create({"note": "Worn"}).action_reject()
        with self.assertRaisesRegex(UserError, "not approved"):
            wizard.check()

    def test_nobody_claims_a_till_took_it_back(self):
        order = self.ring_up(2)
        with self.assertRaises(UserError):
            self.make(user=self.manager, pos_order_id=order.id)
