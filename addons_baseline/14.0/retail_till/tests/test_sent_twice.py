from odoo.addons.point_of_sale.models.pos_order import PosOrder as CorePosOrder
from odoo.addons.retail_base.tests.tills import till_order
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import CASHIER, CORE, TillCase, open_session

# On top of core's own.
EXTRA_QUERIES = 2


@tagged("post_install", "-at_install")
class TestSentTwice(TillCase):
    def test_a_sale_sent_twice_is_recorded_once_and_has_one_id(self):
        order = self.sale()
        first = self.send(order)
        self.assertEqual(self.send(order), first)
        self.assertEqual(self.orders().ids, first)
        self.assertEqual((self.orders().state, self.orders().amount_paid), ("paid", 20.0))

    def test_the_answer_names_the_number_for_which_the_till_looks(self):
        order = self.sale()
        for _time in range(2):
            [row] = self.env["pos.order"].create_from_ui([order])
            self.assertEqual(row["pos_reference"], order["data"]["name"])

    def test_without_the_key_by_which_core_would_notice(self):
        order = self.sale()
        del order["data"]["server_id"]
        self.assertEqual(self.send(order), self.send(order))
        self.assertEqual(len(self.orders()), 1)

    def test_twice_in_one_request(self):
        order, other = self.sale(), self.sale()
        self.assertEqual(len(self.send(order, other, order)), 2)
        self.assertEqual(len(self.orders()), 2)

    def test_among_new_ones(self):
        order, new = self.sale(), self.sale()
        [first] = self.send(order)
        self.assertIn(first, self.send(order, new))
        self.assertEqual(len(self.orders()), 2)

    def test_by_another_cashier(self):
        order = self.sale()
        relief = new_test_user(self.env, "relief", groups=CASHIER)
        self.assertEqual(self.send(order), self.send(order, user=relief))
        self.assertEqual(len(self.orders()), 1)

    def test_what_the_till_was_sent_with_stays_as_it_was(self):
        order = self.sale()
        data = order["data"]
        before = dict(data)
        self.env["pos.order"].create_from_ui([order])
        self.assertEqual(data, before)

    def test_after_its_session_was_closed(self):
        order = self.sale()
        first = self.send(order)
        self.session.action_pos_session_closing_control()
        self.assertEqual(self.session.state, "closed")
        self.assertEqual(self.send(order), first)
        self.assertEqual(self.orders().session_id, self.session)

    def test_twice_after_its_session_was_closed(self):
        late = self.sale()
        self.send(self.sale())
        self.session.action_pos_session_closing_control()
        with mute_logger(CORE):
            first = self.send(late)
        recorded = self.env["pos.order"].browse(first)
        self.assertTrue(recorded.session_id.rescue)
        self.assertEqual(self.send(late), first)
        recorded.session_id.action_pos_session_closing_control()
        self.assertEqual(self.send(late), first)
        self.assertEqual(len(self.orders()), 2)

    def test_paid_in_another_form_when_sent_again(self):
        """The page writes times anew when it sends again, and a price as 20 or 20.0."""
        order = self.sale()
        first = self.send(order)
        again = self.sale(creation_date="2026-11-25T10:05:00.000Z", amount_total=20)
        again["data"]["name"] = order["data"]["name"]
        again["data"]["lines"][0][2]["qty"] = 1
        self.assertEqual(self.send(again), first)

    def test_a_refund_has_the_same_number_and_is_not_taken_for_the_sale(self):
        order = self.sale()
        [first] = self.send(order)
        refund = self.env["pos.order"].browse(self.env["pos.order"].browse(first).refund()["res_id"])
        self.assertEqual((refund.pos_reference, refund.state), (order["data"]["name"], "draft"))
        self.assertEqual(self.send(order), [first])
        self.assertEqual(refund.lines.mapped("qty"), [-1.0])
        self.assertEqual(len(self.orders()), 2)

    def test_one_that_could_not_be_paid_does_not_move_goods_again(self):
        order = self.sale()
        order["data"]["statement_ids"] = []
        with self.assertLogs(CORE, "ERROR"):
            [first] = self.send(order)
        recorded = self.env["pos.order"].browse(first)
        pickings = recorded.picking_ids
        self.assertEqual(recorded.state, "draft")
        self.assertEqual(self.send(order), [first])
        self.assertEqual(recorded.picking_ids, pickings)

    def test_the_same_number_at_another_till_is_another_sale(self):
        other = open_session(self.till.copy({"name": "South"}))
        mine, theirs = self.sale(), till_order(other, self.product)
        theirs["data"]["name"] = mine["data"]["name"]
        [first], [second] = self.send(mine), self.send(theirs)
        self.assertNotEqual(first, second)
        self.assertFalse(self.signals.search([("kind", "=", "number")]))


@tagged("post_install", "-at_install")
class TestSameNumber(TillCase):
    """Two sales under one number, as after a restore from a backup."""

    def setUp(self):
        super().setUp()
        self.one, self.two = self.sale(1.0, number=7), self.sale(3.0, number=7)
        self.assertEqual(self.one["data"]["name"], self.two["data"]["name"])

    def test_both_are_recorded_each_once_and_somebody_is_told_once(self):
        [first], [second] = self.send(self.one), self.send(self.two)
        self.assertEqual([self.send(self.one), self.send(self.two)], [[first], [second]])
        self.assertEqual(self.orders().mapped("amount_total"), [60.0, 20.0])
        signal = self.signals.search([("kind", "=", "number")])
        self.assertEqual((signal.config_id, signal.order_id.id, signal.ended_at), (self.till, second, False))
        self.assertIn(self.one["data"]["name"], signal.message)


@tagged("post_install", "-at_install")
class TestDrafts(TillCase):
    """What a restaurant's till saves before it is paid."""

    def test_a_draft_may_change_until_it_is_paid(self):
        [first] = self.send(self.sale(1.0, number=8), draft=True)
        self.assertEqual(self.send(self.sale(2.0, number=8), draft=True), [first])
        paid = self.sale(3.0, number=8)
        self.assertEqual(self.send(paid), [first])
        self.assertEqual((self.orders().state, self.orders().amount_total), ("paid", 60.0))
        self.assertEqual(self.send(paid), [first])
        self.assertFalse(self.signals.search([("kind", "=", "number")]))

    def test_a_draft_that_is_late_opens_nothing_again(self):
        draft = self.sale(1.0, number=8)
        [first] = self.send(draft, draft=True)
        self.send(self.sale(3.0, number=8))
        self.assertEqual(self.send(draft, draft=True), [first])
        self.assertEqual((self.orders().state, self.orders().amount_total), ("paid", 60.0))

    def test_a_draft_that_was_taken_off_the_till_may_come_anew(self):
        draft = self.sale(1.0, number=8)
        [first] = self.send(draft, draft=True)
        # By SQL, because in France nobody may delete an order.
        self.env["base"].flush()
        self.cr.execute("DELETE FROM pos_payment WHERE pos_order_id = %s", (first,))
        self.cr.execute("DELETE FROM pos_order WHERE id = %s", (first,))
        self.env.cache.invalidate()
        self.assertFalse(self.receipts.search([("session_id", "=", self.session.id)]))
        self.assertEqual(len(self.send(draft)), 1)


@tagged("post_install", "-at_install")
class TestCost(TillCase):
    def queries(self, create):
        """Of recording one sale by this implementation of create_from_ui."""
        orders = self.env["pos.order"].with_user(self.cashier)
        order = self.sale()
        self.env["base"].flush()
        before = self.cr.sql_log_count
        create(orders, [order])
        self.env["base"].flush()
        return self.cr.sql_log_count - before

    def test_lines_are_numbered_one_after_the_other_as_core_does(self):
        sequence = self.till.sequence_line_id
        number = int(sequence._next()[-sequence.padding :])
        order = self.sale()
        [line] = order["data"]["lines"]
        order["data"]["lines"] = [[0, 0, {**line[2], "id": place}] for place in (1, 2, 3)]
        rows = self.env["pos.order"].with_user(self.cashier).create_from_ui([order])
        names = self.env["pos.order"].browse(rows[0]["id"]).lines.sorted("id").mapped("name")
        self.assertEqual(names, [sequence.get_next_char(number + place) for place in (1, 2, 3)])

    def test_what_it_costs_a_sale(self):
        ours, core = type(self.env["pos.order"]).create_from_ui, CorePosOrder.create_from_ui
        for create in (ours, core):
            self.queries(create)
        # Making the receipt, if the number is new, and giving it its order.
        self.assertLessEqual(self.queries(ours) - self.queries(core), EXTRA_QUERIES)
