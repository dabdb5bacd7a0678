from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..hooks import take_over
from .common import PurchaseCase


@tagged("post_install", "-at_install")
class TestConfirmation(PurchaseCase):
    def test_without_a_rule_an_order_is_confirmed_at_once_and_that_is_on_record(self):
        order = self.confirmed()
        self.assertEqual(order.approval_state, "approved")
        self.assertIn("No purchase rule", order.approval_request_ids.note)
        self.assertEqual(order.picking_ids.move_lines.product_uom_qty, 10)

    def test_a_second_person_confirms_it(self):
        self.rule()
        order = self.order()
        order.button_confirm()
        self.assertFalse(order.picking_ids)
        order.with_user(self.head).button_approve()
        self.assertEqual((order.state, order.approval_state), ("purchase", "approved"))
        self.assertEqual(order.approval_request_ids.step_ids.user_id, self.head)
        self.assertTrue(order.date_approve)
        self.assertTrue(order.picking_ids)

    def test_it_is_confirmed_when_the_last_of_several_has_agreed(self):
        self.rule(people=2)
        order = self.order()
        self.approve(order)
        self.assertEqual(order.state, "to approve")
        with self.assertRaisesRegex(AccessError, "second person"):
            order.with_user(self.head).button_approve()
        other = new_test_user(self.env, "test_head_2")
        other.groups_id += self.approvers
        order.with_user(other).button_approve()
        self.assertEqual(order.state, "purchase")

    def test_a_purchase_manager_does_not_go_around(self):
        self.rule()
        self.manager.groups_id += self.approvers
        order = self.order(user=self.manager)
        for _again in range(2):
            order.button_confirm()
        self.assertEqual(order.state, "to approve")
        with self.assertRaisesRegex(AccessError, "second person"):
            order.button_approve()

    def test_the_buyer_of_an_order_does_not_approve_it_whoever_submits_it(self):
        self.rule()
        order = self.order(user_id=self.head.id)
        order.button_confirm()
        with self.assertRaisesRegex(AccessError, "second person"):
            order.with_user(self.head).button_approve()

    def test_whoever_may_not_decide_is_told_whom_to_ask(self):
        self.rule()
        order = self.order()
        order.button_confirm()
        with self.assertRaisesRegex(AccessError, "Approves purchases"):
            order.with_user(self.manager).button_approve()

    def test_core_s_two_steps_bind_managers_as_well(self):
        self.company.write({"po_double_validation": "two_step", "po_double_validation_amount": 100})
        small = self.order(self.values(price=9.99), user=self.manager)
        small.button_confirm()
        self.assertEqual(small.state, "purchase")
        self.assertIn("settings of Purchase", self.order().approval_preview)
        for user in (self.buyer, self.manager):
            order = self.order(user=user)
            order.button_confirm()
            self.assertEqual((order.state, order.approval_state), ("to approve", "pending"))
        other = new_test_user(self.env, "test_manager_2", groups="purchase.group_purchase_manager")
        order.with_user(other).button_approve()
        self.assertEqual(order.state, "purchase")

    def test_a_refusal_leads_back_to_the_draft(self):
        self.rule()
        order = self.order()
        order.button_confirm()
        action = order.with_user(self.head).action_approval_ask_why_not()
        wizard = self.env[action["res_model"]].with_user(self.head).with_context(**action["context"])
        wizard.create({"note": "Too many"}).action_reject()
        self.assertEqual((order.state, order.approval_state), ("draft", "rejected"))
        order.button_confirm()
        self.assertEqual((order.state, order.approval_state), ("to approve", "pending"))

    def test_a_request_is_withdrawn_with_the_order(self):
        self.rule()
        for leave in ("action_approval_withdraw", "button_cancel", "button_draft"):
            order = self.order()
            order.button_confirm()
            getattr(order, leave)()
            self.assertEqual((order.approval_state, order.approval_request_ids.state), ("draft", "withdrawn"))
            self.assertEqual(order.state, "cancel" if leave == "button_cancel" else "draft")
            with self.assertRaises(UserError):
                order.with_user(self.head).action_approval_approve()

    def test_what_was_set_back_needs_its_approval_anew(self):
        self.rule(amount_from=200)
        order = self.confirmed()
        order.button_cancel()
        order.button_draft()
        order.order_line.price_unit = 500
        with self.assertRaisesRegex(UserError, "not approved"), self.cr.savepoint():
            order.write({"state": "purchase"})
        order.button_confirm()
        self.assertEqual(order.state, "to approve")

    def test_a_cancelled_order_is_not_brought_back_by_approving_it(self):
        order = self.order()
        order.button_cancel()
        with self.assertRaisesRegex(UserError, "Set the order to draft"):
            order.button_approve()

    def test_a_change_while_it_waits_is_not_approved(self):
        self.rule()
        order = self.order()
        order.button_confirm()
        order.order_line.price_unit = 11
        with self.assertRaisesRegex(UserError, "changed after it was submitted"):
            order.with_user(self.head).button_approve()

    def test_lines_do_not_confirm_their_order(self):
        """Their state is a stored copy that RPC may write, and nothing goes by it."""
        self.rule()
        order = self.order()
        order.order_line.write({"state": "purchase"})
        order.order_line.write({"product_qty": 11})
        self.assertEqual((order.state, order.picking_count), ("draft", 0))

    def test_an_order_without_lines_is_not_confirmed(self):
        with self.assertRaisesRegex(UserError, "Enter what is to be ordered"):
            self.order(order_line=False).button_confirm()

    def test_several_at_once_are_each_looked_at(self):
        self.rule(amount_from=200)
        orders = self.order() | self.order(self.values(price=50.0))
        orders.button_confirm()
        self.assertEqual(orders.mapped("state"), ["purchase", "to approve"])

    def test_a_locked_order_is_unlocked_without_being_asked_again(self):
        self.rule()
        self.company.po_lock = "lock"
        order = self.order()
        self.approve(order)
        self.assertEqual(order.state, "done")
        order.with_user(self.manager).button_unlock()
        self.assertEqual((order.state, order.approval_state), ("purchase", "approved"))

    def test_the_day_of_confirmation_is_not_written(self):
        order = self.confirmed()
        with self.assertRaisesRegex(UserError, "cannot be set by hand"):
            order.write({"date_approve": "2020-01-01 00:00:00"})

    def test_a_vendor_reads_its_own_order(self):
        values = {"groups_id": [(6, 0, self.env.ref("base.group_portal").ids)], "login": "test_vendor"}
        vendor = self.env["res.users"].create({**values, "name": "Vendor", "partner_id": self.vendor.id})
        order = self.confirmed()
        self.assertEqual(order.with_user(vendor).read()[0]["state"], "purchase")

    def test_what_was_there_before(self):
        """Confirmed orders count, drafts do not, and what waits goes on waiting in its buyer's name."""
        confirmed, draft, waiting = self.confirmed(), self.order(), self.order()
        self.rule()
        self.env.cr.execute(
            "UPDATE purchase_order SET approval_state = 'draft' WHERE id IN %s",
            (tuple((confirmed | waiting).ids),),
        )
        self.env.cr.execute("UPDATE purchase_order SET state = 'to approve' WHERE id = %s", (waiting.id,))
        self.env.cache.invalidate()
        take_over(self.env.cr, None)
        self.env.cache.invalidate()
        self.assertEqual((confirmed.state, confirmed.approval_state), ("purchase", "approved"))
        self.assertEqual((draft.state, draft.approval_state), ("draft", "draft"))
        self.assertEqual((waiting.state, waiting.approval_state), ("to approve", "pending"))
        self.assertEqual(waiting.approval_request_ids.requester_id, self.buyer)
        waiting.with_user(self.head).button_approve()
        self.assertEqual(waiting.state, "purchase")

    def test_a_shop_that_has_ordered_before_goes_on_as_it_did_and_a_new_one_has_the_first_rule(self):
        default = self.env.ref("retail_purchase_governance.rule_default")
        default.active = True
        order = self.order()
        if not self.orders.search([("state", "in", ("purchase", "done"))], limit=1):
            take_over(self.env.cr, None)
            self.assertTrue(default.active)
        self.env.cr.execute("UPDATE purchase_order SET state = 'purchase' WHERE id = %s", (order.id,))
        self.env.cache.invalidate()
        take_over(self.env.cr, None)
        self.assertFalse(default.active)


@tagged("post_install", "-at_install")
class TestDefaultRule(PurchaseCase):
    """Of a shop in which nobody has made a rule."""

    def setUp(self):
        super().setUp()
        self.env.ref("retail_purchase_governance.rule_default").active = True

    def test_a_large_order_waits_for_a_second_person(self):
        self.confirmed(self.values(price=499.0))
        order = self.order(self.values(price=500.0), partner_id=self.env["res.partner"].create({"name": "B"}).id)
        self.approve(order)
        self.assertEqual(order.state, "purchase")

    def test_and_so_do_two_halves_on_one_day(self):
        self.confirmed(self.values(price=250.0))
        self.approve(self.order(self.values(price=250.0)))


@tagged("post_install", "-at_install")
class TestConfirmedOrder(PurchaseCase):
    def setUp(self):
        super().setUp()
        self.confirmed_order = self.confirmed(self.values(), self.values(self.kite, price=1.0))
        self.rule(amount_from=150)

    def refused(self, change):
        with self.assertRaisesRegex(UserError, "with a new order"), self.cr.savepoint():
            change(self.confirmed_order)

    def test_it_may_shrink_and_grow_within_what_needs_no_approval(self):
        order = self.confirmed_order
        order.order_line[0].product_qty = 11
        order.order_line[0].price_unit = 2
        self.assertEqual(order.picking_ids.move_lines[0].product_uom_qty, 11)

    def test_it_does_not_grow_beyond(self):
        bench = self.confirmed_order.order_line[0]
        self.refused(lambda order: bench.write({"price_unit": 20}))
        self.refused(lambda order: bench.write({"product_qty": 20}))
        self.refused(lambda order: order.write({"order_line": [(1, bench.id, {"product_qty": 20})]}))
        self.refused(lambda order: order.write({"order_line": [(0, 0, self.values())]}))
        self.refused(lambda order: bench.create({**self.values(), "order_id": order.id}))
        self.refused(lambda order: self.order().order_line.write({"order_id": order.id}))

    def test_elsewhere_or_from_somebody_else_is_another_order(self):
        self.rule(warehouse_id=self.south.id)
        other = self.env["res.partner"].create({"name": "Toy Works"})
        self.rule(partner_id=other.id)
        self.refused(lambda order: order.write({"picking_type_id": self.south.in_type_id.id}))
        self.refused(lambda order: order.write({"partner_id": other.id}))

    def test_another_currency_is_another_order(self):
        foreign = self.env["res.currency"].create({"name": "QQQ", "symbol": "Q"})
        rate = {"currency_id": foreign.id, "name": "2020-01-01", "rate": 0.1, "company_id": self.company.id}
        self.env["res.currency.rate"].create(rate)
        self.refused(lambda order: order.write({"currency_id": foreign.id}))

    def test_it_does_not_move_into_a_category_that_is_looked_at(self):
        self.rule(categ_id=self.benches.id, amount_from=105)
        kites = self.confirmed_order.order_line[1]
        self.refused(lambda order: kites.write({"product_id": self.bench.id}))

    def test_what_is_approved_grows_by_a_new_order_only(self):
        order = self.order(self.values(price=100.0))
        self.approve(order)
        with self.assertRaisesRegex(UserError, "with a new order"):
            order.order_line.product_qty = 11
        order.order_line.invalidate_cache()
        order.order_line.product_qty = 9

    def test_a_receipt_and_a_later_date_are_no_growth(self):
        order = self.order(self.values(price=100.0))
        self.approve(order)
        order.order_line.date_planned = "2030-06-01 12:00:00"
        picking = order.picking_ids
        picking.move_lines.quantity_done = 10
        picking.button_validate()
        self.assertEqual(order.order_line.qty_received, 10)
