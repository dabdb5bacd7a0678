from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import TillCase


@tagged("post_install", "-at_install")
class TestGuards(TillCase, GuardTable):
    """Nobody writes a receipt by hand, so that a till could send its sale once more, or not at all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Somebody may give away rights that this addon does not; the records are sealed all the same.
        for name in ("retail.till.receipt", "retail.till.signal"):
            cls.env["ir.model.access"].create(
                {
                    "name": name,
                    "model_id": cls.env["ir.model"]._get_id(name),
                    "group_id": cls.env.ref("point_of_sale.group_pos_manager").id,
                    **dict.fromkeys(("perm_read", "perm_write", "perm_create", "perm_unlink"), True),
                }
            )

    def draft_receipt(self):
        [order] = self.send(self.sale(), draft=True)
        return self.receipts.search([("order_id", "=", order)])

    def pay_at_the_till(self, receipt):
        order = self.sale()
        order["data"]["name"] = receipt.reference
        self.send(order)

    def signal(self):
        self.send(self.sale(1.0, number=9))
        self.send(self.sale(2.0, number=9))
        return self.signals.search([("kind", "=", "number"), ("ended_at", "=", False)], limit=1)

    guards = (
        Guard(
            name="receipt_by_hand",
            model="retail.till.receipt",
            values={"final": True},
            record=lambda case: case.draft_receipt(),
            create=lambda case: {"session_id": case.session.id, "reference": "Order 1", "digest": "1"},
            user=lambda case: case.manager,
            proper=lambda case, record: case.pay_at_the_till(record),
            ways={
                "button": "it has none",
                "pos": "a till that sends it as paid is the proper way",
                "website": "a web shop has no receipts of tills",
                "mail_gateway": "no alias makes receipts",
                "archived": "it cannot be archived",
                "other_company": "a rule of the model shows receipts of one's own companies only",
            },
        ),
    )

    def test_records_are_sealed(self):
        for sealed in (self.draft_receipt(), self.signal()):
            with self.assertRaises(UserError):
                sealed.with_user(self.manager).unlink()
            with self.assertRaises(UserError):
                sealed.sudo().copy()

    def test_a_cashier_neither_settles_nor_decides(self):
        signal = self.signal()
        with self.assertRaisesRegex(AccessError, "Ask a manager"):
            signal.with_user(self.cashier).action_settle()
        policy = self.env.ref("retail_till.policy_all_tills")
        for user in (self.cashier, self.manager):
            with self.assertRaises(AccessError):
                policy.with_user(user).write({"silent_minutes": 1000})
        with self.assertRaises(AccessError):
            self.env["retail.till.contact"].with_user(self.manager).create({})

    def test_a_manager_settles_and_central_policy_decides(self):
        signal = self.signal()
        signal.with_user(self.manager).action_settle()
        self.assertEqual((signal.settled_by_id, bool(signal.ended_at)), (self.manager, True))
        central = new_test_user(self.env, "central", groups="base.group_user,retail_base.group_policy")
        self.env.ref("retail_till.policy_all_tills").with_user(central).write({"silent_minutes": 20})

    def test_what_the_server_sees_by_itself_is_not_settled_by_hand(self):
        self.signals._begin({"kind": "silent", "config_id": self.till.id, "began_at": "2026-11-25 10:00:00"})
        signal = self.signals.search([("kind", "=", "silent")])
        signal.with_user(self.manager).action_settle()
        self.assertFalse(signal.ended_at)
