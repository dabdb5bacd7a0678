from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ChannelCase


@tagged("post_install", "-at_install")
class TestPublications(ChannelCase):
    def test_a_second_person_agrees(self):
        publication = self.asked()
        self.steward.groups_id += self.env.ref("retail_product_governance.group_product_approver")
        publication.action_approval_submit()
        with self.assertRaisesRegex(AccessError, "second person"):
            publication.action_approval_approve()
        publication.with_user(self.approver).action_approval_approve()
        self.assertEqual(publication.approval_state, "approved")

    def test_only_of_what_may_be_sold(self):
        draft = self.env["product.product"].create({"name": "Vase", "default_code": "VASE"})
        with self.assertRaisesRegex(UserError, "Vase is not approved"):
            self.asked(draft).action_approval_submit()

    def test_only_of_what_has_a_name_outside(self):
        with self.assertRaisesRegex(UserError, "internal reference or a barcode of: Lamp"):
            self.asked(self.product(default_code=False)).action_approval_submit()

    def test_what_was_submitted_stays_as_it_is(self):
        publication = self.published()
        with self.assertRaisesRegex(UserError, "Make another publication"):
            publication.product_tmpl_id = self.product().product_tmpl_id

    def test_taken_down_it_needs_a_new_approval(self):
        publication = self.asked()
        with self.assertRaisesRegex(UserError, "nothing to take down"):
            publication.action_take_down()
        self.approve(publication)
        with self.assertRaises(AccessError):
            publication.with_user(self.clerk).action_take_down()
        publication.with_user(self.steward).action_take_down()
        self.assertEqual(publication.approval_state, "draft")

    def test_wholesale_sells_what_is_published_for_it(self):
        wholesale = self.shop["wholesale"]
        self.order(1, channel=wholesale).action_confirm()
        wholesale.published_only = True
        self.published()
        order = self.order(1, channel=wholesale)
        with self.assertRaisesRegex(UserError, "not published in Wholesale test"):
            order.action_confirm()
        self.published(channel=wholesale)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        with self.assertRaisesRegex(UserError, "not published in Wholesale test"):
            order.order_line = [(0, 0, {"product_id": self.product().id, "product_uom_qty": 1})]

    def test_other_channels_sell_as_before(self):
        self.shop["wholesale"].published_only = True
        self.stock(1)
        order = self.order(1)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_the_forms_open(self):
        publication = self.published()
        for person in (self.steward, self.approver, self.clerk):
            self.assertEqual(Form(publication.with_user(person)).approval_state, "approved")
            self.assertEqual(Form(self.channel.with_user(person)).pricelist_id, self.pricelist)
