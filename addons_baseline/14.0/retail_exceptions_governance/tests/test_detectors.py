from datetime import timedelta

from odoo import fields
from odoo.addons.retail_base import guard
from odoo.addons.retail_bill_match.tests.common import BillCase
from odoo.addons.retail_returns_pos.tests.common import TillMixin
from odoo.tests import SavepointCase, new_test_user, tagged


class _Board:
    def found(self, code, record):
        """The open exception about this record."""
        self.env["base"].flush()
        detector = self.env["retail.detector"].search([("code", "=", code)])
        detector._detect()
        self.assertFalse(detector.error)
        domain = [("state", "=", "open"), ("res_model", "=", record._name), ("res_id", "=", record.id)]
        return self.env["retail.exception"].search([("detector_id", "=", detector.id), *domain])


@tagged("post_install", "-at_install")
class TestBills(_Board, BillCase):
    def entered(self, bill, hours):
        self.env["base"].flush()
        long_ago = fields.Datetime.now() - timedelta(hours=hours)
        self.cr.execute("UPDATE account_move SET create_date = %s WHERE id = %s", (long_ago, bill.id))
        bill.invalidate_cache()
        return bill

    def test_a_bill_that_does_not_agree(self):
        lamps = {
            "name": "Lamps",
            "product_id": self.lamp.id,
            "quantity": 10,
            "price_unit": 21.0,
            "tax_ids": [(5,)],
        }
        bill = self.entered(self.bill(lamps), hours=23)
        self.assertFalse(self.found("blocked_bills", bill))
        self.entered(bill, hours=25)
        found = self.found("blocked_bills", bill)
        self.assertEqual((found.partner_id, found.value), (self.vendor, 210))
        bill.button_cancel()
        self.assertFalse(self.found("blocked_bills", bill))

    def test_a_bill_that_agrees(self):
        freight = {"name": "Freight", "product_id": self.freight.id, "price_unit": 5.0, "tax_ids": [(5,)]}
        bill = self.entered(self.bill(freight), hours=48)
        self.assertFalse(self.found("blocked_bills", bill))


@tagged("post_install", "-at_install")
class TestShop(_Board, TillMixin, SavepointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_till()

    def test_sold_though_not_approved(self):
        template = self.coat.product_tmpl_id
        self.assertFalse(self.found("sold_unapproved", template))
        guard.passing(template).write({"approval_state": "draft"})
        found = self.found("sold_unapproved", template)
        self.assertEqual((found.quantity, found.value, found.warehouse_id), (5, 200, self.warehouse))
        guard.passing(template).write({"approval_ended_at": fields.Datetime.now() + timedelta(minutes=1)})
        self.assertFalse(self.found("sold_unapproved", template), "it was approved when it was sold")
        guard.passing(template).write({"approval_ended_at": False})
        template.categ_id.with_user(self.policy_user()).approval_exempt = True
        self.assertFalse(self.found("sold_unapproved", template), "nobody has to")

    def policy_user(self):
        groups = "sales_team.group_sale_manager,purchase.group_purchase_manager,retail_base.group_policy"
        return new_test_user(self.env, "policy-of-a-test", groups=groups)

    def test_a_rule_that_runs_low_and_cannot_order(self):
        # What an approved product is given waits for approval, which is not looked at here.
        coat = guard.passing(self.coat)
        coat.route_ids = self.env.ref("purchase_stock.route_warehouse0_buy")
        rule = self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.coat.id,
                "warehouse_id": self.warehouse.id,
                "location_id": self.shelf.id,
                "product_min_qty": 200,
                "product_max_qty": 300,
            }
        )
        self.warehouse._watch_stock()
        self.assertFalse(self.found("blocked_order_points", rule), "not for long yet")
        rule.low_since = fields.Datetime.now() - timedelta(hours=5)
        found = self.found("blocked_order_points", rule)
        self.assertEqual((found.product_id, found.warehouse_id, found.quantity), (self.coat, self.warehouse, 200))
        coat.seller_ids = [(0, 0, {"name": self.customer.id, "price": 10})]
        self.assertFalse(self.found("blocked_order_points", rule))

    def test_paid_back_without_approval(self):
        within = self.ring_up(-1).return_ids
        self.assertFalse(self.found("paid_back_unapproved", within))
        document = self.ring_up(-3, number=2).return_ids
        found = self.found("paid_back_unapproved", document)
        self.assertEqual((found.value, found.warehouse_id), (120, self.warehouse))
        self.approve(document)
        self.assertFalse(self.found("paid_back_unapproved", document))

    def test_what_could_not_be_recorded(self):
        order = self.ring_up_without_return(self.refused)
        self.assertEqual(self.found("paid_back_unapproved", order).value, 40)
        self.env["pos.order"]._make_missing_returns()
        self.assertFalse(self.found("paid_back_unapproved", order))
