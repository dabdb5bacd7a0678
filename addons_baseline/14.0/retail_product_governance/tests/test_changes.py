from unittest.mock import patch

import psycopg2
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import ProductCase, new_barcode


@tagged("post_install", "-at_install")
class TestChanges(ProductCase):
    def test_an_approved_product_stays_as_it_is_until_the_change_is_approved(self):
        product, tax = self.approved(), self.new_tax("sale", 7)
        before = product.taxes_id
        change = self.changed(product, taxes_id=[(6, 0, tax.ids)], name="Lamp 2")
        self.assertEqual((product.taxes_id, product.name), (before, "Lamp 2"), "the name is not governed")
        self.assertEqual((product.approval_state, product.sale_ok), ("approved", True), "it is sold on")
        self.assertEqual(change.approval_state, "pending")
        self.assertEqual(
            (change.line_ids.old_text, change.line_ids.new_text), (before.display_name, tax.display_name)
        )
        change.with_user(self.approver).action_approval_approve()
        self.assertEqual(product.taxes_id, tax)
        self.assertFalse(product.open_change_id)
        self.assertIn(tax.display_name, product.message_ids[0].body)

    def test_its_requester_does_not_approve_it(self):
        self.steward.groups_id += self.env.ref("retail_product_governance.group_product_approver")
        product = self.approved()
        change = self.changed(product, type="service")
        with self.assertRaisesRegex(AccessError, "second person"):
            change.with_user(self.steward).action_approval_approve()
        self.assertEqual(product.type, "consu")

    def test_who_took_part_earlier_does_not_approve_it_either(self):
        product = self.approved()
        self.approver.groups_id += self.env.ref("sales_team.group_sale_manager")
        product.with_user(self.approver).write({"type": "service"})
        change = self.changed(
            product, return_policy_id=self.env.ref("retail_product_governance.return_policy_none")
        )
        self.assertEqual(sorted(change.line_ids.mapped("name")), ["return_policy_id", "type"])
        with self.assertRaisesRegex(AccessError, "second person"):
            change.with_user(self.approver).action_approval_approve()

    def test_what_would_not_meet_the_standards_is_refused_at_once(self):
        product = self.approved()
        with self.assertRaisesRegex(UserError, "tax on sales"):
            self.changed(product, taxes_id=[(5, 0, 0)])

    def test_what_odoo_would_refuse_is_refused_at_once(self):
        product = self.approved()
        refusing = patch.object(type(product), "_open_channels", side_effect=UserError("Not with this stock"))
        with refusing, self.assertRaisesRegex(UserError, "Not with this stock"):
            self.changed(product, type="service")

    def test_a_barcode_changes_by_approval(self):
        product, barcode = self.approved(), new_barcode()
        was = product.barcode
        change = self.changed(product, barcode=barcode)
        product.invalidate_cache()
        self.assertEqual((product.barcode, product.product_variant_id.barcode), (was, was))
        change.with_user(self.approver).action_approval_approve()
        self.assertEqual(product.product_variant_id.barcode, barcode)

    def test_a_barcode_with_a_wrong_check_digit_is_refused(self):
        product = self.approved()
        wrong = product.barcode[:-1] + str((int(product.barcode[-1]) + 1) % 10)
        with self.assertRaisesRegex(UserError, "check digit"):
            self.changed(product, barcode=wrong)

    def test_another_channel_is_a_change(self):
        product = self.approved(purchase_ok=False)
        change = self.changed(product, allow_purchase=True)
        self.assertFalse(product.purchase_ok)
        change.with_user(self.approver).action_approval_approve()
        self.assertEqual((product.allow_purchase, product.purchase_ok), (True, True))

    def test_approved_for_a_product_that_was_taken_out_of_sale_it_brings_it_nowhere(self):
        product = self.approved(purchase_ok=False)
        change = self.changed(product, allow_purchase=True)
        product.with_user(self.steward).action_take_out_of_sale()
        change.with_user(self.approver).action_approval_approve()
        self.assertEqual((product.allow_purchase, product.purchase_ok, product.sale_ok), (True, False, False))

    def test_leaving_a_channel_needs_nobody(self):
        product = self.approved()
        self.assertFalse(self.changed(product, allow_sale=False))
        self.assertEqual((product.allow_sale, product.sale_ok), (False, False))

    def test_a_channel_that_was_closed_by_hand_stays_closed(self):
        product = self.approved()
        product.sale_ok = False
        self.changed(product, type="service").with_user(self.approver).action_approval_approve()
        self.assertEqual((product.type, product.sale_ok), ("service", False))

    def test_written_back_it_is_forgotten(self):
        product = self.approved()
        change = self.changed(product, type="service")
        self.assertFalse(self.changed(product, type="consu"))
        self.assertEqual((change.active, change.approval_request_ids.state), (False, "withdrawn"))

    def test_the_same_values_are_no_change(self):
        product = self.approved()
        same = {"taxes_id": [(6, 0, product.taxes_id.ids)], "categ_id": product.categ_id.id, "allow_sale": True}
        self.assertFalse(self.changed(product, barcode=product.barcode, **same))

    def test_one_change_gathers_what_is_changed(self):
        product = self.approved()
        first = self.changed(product, type="service")
        none = self.env.ref("retail_product_governance.return_policy_none")
        second = self.changed(product, return_policy_id=none.id)
        third = self.changed(product, return_policy_id=self.category.return_policy_id.id)
        self.assertEqual(first | second, third)
        self.assertEqual(sorted(first.line_ids.mapped("new_text")), ["30 days", "Service"])

    def test_a_rejected_change_is_changed_and_submitted_again(self):
        product = self.approved()
        change = self.changed(product, type="service")
        action = change.with_user(self.approver).action_approval_ask_why_not()
        wizards = self.env[action["res_model"]].with_user(self.approver).with_context(**action["context"])
        wizards.create({"note": "It is goods"}).action_reject()
        self.assertEqual((product.type, product.open_change_id), ("consu", change))
        change.with_user(self.steward).action_approval_submit()
        self.assertEqual(change.approval_state, "pending")

    def test_discarded_it_is_out_of_the_way(self):
        product = self.approved()
        change = self.changed(product, type="service")
        change.with_user(self.steward).action_discard()
        self.assertFalse(product.open_change_id)
        with self.assertRaises(UserError):
            change.with_user(self.approver).action_approval_approve()
        done = self.changed(product, type="service")
        done.with_user(self.approver).action_approval_approve()
        with self.assertRaisesRegex(UserError, "Change the product anew"):
            done.with_user(self.steward).action_discard()

    def test_who_may_not_edit_the_product_proposes_nothing(self):
        product, clerk = self.approved(), new_test_user(self.env, "clerk", groups="base.group_user")
        for record, values in (
            (product, {"type": "service"}),
            (product.product_variant_id, {"barcode": new_barcode()}),
        ):
            with self.assertRaises(AccessError):
                record.with_user(clerk).write(values)
        change = self.changed(product, type="service")
        for button in ("action_approval_submit", "action_approval_withdraw", "action_discard"):
            with self.assertRaises(AccessError):
                getattr(change.with_user(clerk), button)()

    def test_to_another_category_both_sides_agree(self):
        group = self.env["res.groups"].create({"name": "Sofa people"})
        sofas = self.new_category("Sofas")
        sofas.with_user(self.policy).sudo().approver_group_id = group
        product = self.approved()
        change = self.changed(product, categ_id=sofas.id)
        change.with_user(self.approver).action_approval_approve()
        self.assertEqual(product.categ_id, self.category)
        other = new_test_user(self.env, "sofa", groups="base.group_user")
        other.groups_id += group
        change.with_user(other).action_approval_approve()
        self.assertEqual(product.categ_id, sofas)

    def test_several_at_once_are_each_looked_at(self):
        approved, draft = self.approved(), self.draft()
        (approved | draft).write({"type": "service"})
        self.assertEqual((approved.type, draft.type), ("consu", "service"))
        self.assertTrue(approved.open_change_id)

    def test_the_database_holds_one_open_change_for_a_product(self):
        change = self.changed(self.approved(), type="service")
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.env["retail.product.change"].create({"product_tmpl_id": change.product_tmpl_id.id})
