from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MessageCase


@tagged("post_install", "-at_install")
class TestGuards(MessageCase, GuardTable):
    """Nobody writes by hand that a customer was told, so that he never is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Somebody may give away rights that this addon does not; the records are sealed all the same.
        rights = dict.fromkeys(("perm_read", "perm_write", "perm_create", "perm_unlink"), True)
        model, group = cls.env["ir.model"]._get_id("retail.message"), cls.env.ref("base.group_user").id
        cls.env["ir.model.access"].create({"name": "all", "model_id": model, "group_id": group, **rights})

    guards = (
        Guard(
            name="told_by_hand",
            model="retail.message",
            values={"state": "queued"},
            record=lambda case: case.without_address(),
            create=lambda case: {
                "rule_id": case.rule("order_shipped").id,
                "res_model": "sale.order",
                "res_id": case.order().id,
            },
            user=lambda case: case.seller,
            proper=lambda case, record: case.send_again(record),
            buttons=("action_send_again",),
            ways={
                "pos": "a till tells nobody",
                "website": "an order of the web shop is told in the proper way",
                "mail_gateway": "no alias makes messages",
                "archived": "it cannot be archived",
                "other_company": "a rule of the model shows messages of one's own companies only",
            },
        ),
    )

    def without_address(self):
        customer = self.env["res.partner"].create({"name": "Nobody"})
        return self.message(self.confirmed(partner_id=customer.id))

    def send_again(self, message):
        message.partner_id.email = "mia@shop.example"
        message.with_user(self.seller).action_send_again()

    def test_records_are_sealed(self):
        message = self.without_address()
        with self.assertRaises(UserError):
            message.with_user(self.seller).unlink()
        with self.assertRaises(UserError):
            message.copy()
