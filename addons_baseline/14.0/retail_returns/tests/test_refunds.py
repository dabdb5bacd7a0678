from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..hooks import post_init_hook
from .common import ShopCase


@tagged("post_install", "-at_install")
class TestRefunds(ShopCase):
    def refused(self, move, said):
        with self.assertRaisesRegex(UserError, said), self.cr.savepoint():
            move.action_post()
        self.env.cache.invalidate()
        self.assertEqual(move.state, "draft")

    def test_without_a_return(self):
        self.refused(self.credit_note(40), "needs a return that was approved")

    def test_on_a_return_that_is_released(self):
        document = self.released()
        note = self.credit_note(40, return_id=document.id)
        note.action_post()
        self.assertEqual((note.state, document.refund_ids), ("posted", note))

    def test_not_before_the_goods_are_here_and_inspected(self):
        document = self.make(2)
        note = self.credit_note(80, return_id=document.id)
        self.refused(note, "not approved")
        document.action_approval_submit()
        self.refused(note, "cannot be refunded yet")
        self.receive(document)
        self.refused(note, "cannot be refunded yet")
        document.with_user(self.inspector).line_ids.condition = "unsellable"
        document.with_user(self.inspector).action_inspected()
        note.action_post()

    def test_not_more_than_was_approved_in_one_or_in_parts(self):
        document = self.released()
        self.refused(self.credit_note(40.01, return_id=document.id), "40.00 may be refunded")
        self.credit_note(30, return_id=document.id).action_post()
        self.refused(self.credit_note(10.01, return_id=document.id), "this makes 40.01")
        self.credit_note(10, return_id=document.id).action_post()

    def test_a_credit_note_taken_back_makes_room(self):
        document = self.released()
        note = self.credit_note(40, return_id=document.id)
        note.action_post()
        note.button_draft()
        note.button_cancel()
        self.credit_note(40, return_id=document.id).action_post()

    def test_not_on_another_customers_return(self):
        document = self.released()
        other = self.env["res.partner"].create({"name": "Otto"})
        self.refused(self.credit_note(40, return_id=document.id, partner_id=other.id), "another customer's return")

    def test_not_posted_and_then_moved_to_no_return(self):
        document = self.released()
        note = self.credit_note(40, return_id=document.id)
        note.action_post()
        with self.assertRaisesRegex(UserError, "needs a return"):
            note.return_id = False

    def test_the_wizard_of_an_invoice(self):
        invoice = self.order._create_invoices()
        invoice.action_post()
        context = {"active_model": "account.move", "active_ids": invoice.ids}
        wizard = self.env["account.move.reversal"].with_user(self.manager).with_context(**context)
        with self.assertRaisesRegex(UserError, "needs a return"), self.cr.savepoint():
            wizard.create({"refund_method": "cancel"}).reverse_moves()
        action = wizard.create({"refund_method": "refund"}).reverse_moves()
        note = self.env["account.move"].with_user(self.manager).browse(action["res_id"])
        document = self.released(5)
        note.return_id = document
        note.action_post()
        self.assertEqual(note.reversed_entry_id, invoice)

    def test_a_vendors_credit_note_is_none_of_it(self):
        note = self.credit_note(40, move_type="in_refund", invoice_date=fields.Date.today())
        note.action_post()
        self.assertEqual(note.state, "posted")

    def test_what_was_refunded_before_stays(self):
        document = self.released()
        old, draft = self.credit_note(40, return_id=document.id), self.credit_note(40)
        old.action_post()
        self.env["base"].flush()
        post_init_hook(self.cr, self.registry)
        self.assertEqual((old.return_free, draft.return_free), (True, False))
        old.button_draft()
        old.return_id = False
        old.action_post()
        self.refused(draft, "needs a return")
