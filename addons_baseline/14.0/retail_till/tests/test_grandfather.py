from odoo.tests import tagged
from odoo.tools import mute_logger

from ..hooks import post_init_hook
from ..models.till_signal import WATCHED_FROM
from .common import CORE, TillCase


@tagged("post_install", "-at_install")
class TestGrandfather(TillCase):
    """A shop that had orders before this addon came."""

    def install(self):
        self.env["base"].flush()
        self.cr.execute("DELETE FROM retail_till_receipt")
        post_init_hook(self.cr, self.registry)
        self.env.cache.invalidate()

    def test_what_is_there_is_not_recorded_again(self):
        order = self.sale()
        first = self.send(order)
        self.env["pos.order"].browse(first).refund()
        self.install()
        self.assertEqual(self.send(order), first)
        self.assertEqual(len(self.orders()), 2)

    def test_what_stands_in_a_rescue_session_is_not_recorded_again(self):
        late = self.sale()
        self.send(self.sale())
        self.session.action_pos_session_closing_control()
        with mute_logger(CORE):
            first = self.send(late)
        self.install()
        self.assertEqual(self.send(late), first)

    def test_a_draft_is_paid_afterwards(self):
        draft = self.sale(1.0, number=5)
        first = self.send(draft, draft=True)
        self.install()
        self.assertEqual(self.send(self.sale(2.0, number=5)), first)
        self.assertEqual((self.orders().state, self.orders().amount_total), ("paid", 40.0))

    def test_orders_without_a_number_of_a_till(self):
        for number in ("by hand", None):
            # By SQL, because in France nobody may change an order.
            self.cr.execute(
                "UPDATE pos_order SET pos_reference = %s WHERE id IN %s", (number, tuple(self.send(self.sale())))
            )
        self.install()
        self.assertEqual(
            self.receipts.search([]).filtered(lambda r: r.session_id == self.session).mapped("digest"), [""]
        )

    def test_sessions_that_are_open_already_are_not_called_silent(self):
        self.env["ir.config_parameter"].set_param(WATCHED_FROM, False)
        self.install()
        self.assertIsNone(self.signals._expected_from(self.session))
