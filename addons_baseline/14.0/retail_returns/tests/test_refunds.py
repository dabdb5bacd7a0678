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

    def raised(self, note, amount):
        """The line and its counterpart, as an import or a client by RPC writes them."""
        line = note.invoice_line_ids
        counterpart = note.line_ids - line
        values = [(1, line.id, {"price_unit": amount}), (1, counterpart.id, {"credit": amount})]
        note.write({"line_ids": values})

    def test_posted_it_is_raised_only_as_far_as_was_approved(self):
        document = self.released(2)
        note = self.credit_note(40, return_id=document.id)
        note.action_post()
        with self.assertRaisesRegex(UserError, "80.00 may be refunded"), self.cr.savepoint():
            self.raised(note, 80.01)
        self.env.cache.invalidate()
        self.raised(note, 80)
        self.assertEqual((note.amount_total, note.state), (80, "posted"))
        self.raised(note, 30)
        self.assertEqual(note.amount_total, 30)

    def test_posted_it_gets_no_more_lines(self):
        note = self.credit_note(40, return_id=self.released().id)
        note.action_post()
        line, receivable = note.invoice_line_ids, note.line_ids - note.invoice_line_ids
        more = {"move_id": note.id, "name": "More", "price_unit": 5, "quantity": 1, "debit": 5}
        against = {"move_id": note.id, "credit": 5, "account_id": receivable.account_id.id}
        lines = self.env["account.move.line"].with_user(self.manager)
        with self.assertRaisesRegex(UserError, "40.00 may be refunded"):
            lines.create(
                [
                    {**more, "account_id": line.account_id.id},
                    {**against, "exclude_from_invoice_tab": True, "partner_id": self.customer.id},
                ]
            )

    def test_what_was_refunded_before_is_not_raised(self):
        note = self.credit_note(40, return_id=self.released().id)
        note.action_post()
        self.env["base"].flush()
        post_init_hook(self.cr, self.registry)
        note.return_id = False
        with self.assertRaisesRegex(UserError, "Refund more with a return of its own"), self.cr.savepoint():
            self.raised(note, 41)
        self.env.cache.invalidate()
        self.raised(note, 39)
        self.assertEqual(note.amount_total, 39)

    def test_posted_it_does_not_become_another_customers(self):
        note = self.credit_note(40, return_id=self.released().id)
        note.action_post()
        with self.assertRaisesRegex(UserError, "another customer's return"):
            note.partner_id = self.env["res.partner"].create({"name": "Otto"})

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
