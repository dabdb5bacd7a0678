from datetime import timedelta

from odoo import fields
from odoo.addons.retail_allocation.tests.common import AllocationCase
from odoo.addons.retail_base.tests.tills import till_order
from odoo.addons.retail_till.tests.common import add_history, in_the_till, make_till, open_session
from odoo.exceptions import UserError
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestPromise(AllocationCase):
    """Three lamps in a warehouse from which a till sells, too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        in_the_till(cls.lamp)
        cls.stock(cls, 3)
        cls.session = open_session(make_till(cls.env, "Promises", cls.warehouse))

    def sell(self, quantity, session=None):
        """At a till, paid."""
        [row] = self.env["pos.order"].create_from_ui([till_order(session or self.session, self.lamp, quantity)])
        return self.env["pos.order"].browse(row["id"])

    def close(self):
        self.session.action_pos_session_closing_control()
        self.assertEqual(self.session.state, "closed")

    def test_what_a_till_sold_is_promised_to_nobody(self):
        self.sell(1)
        self.assertEqual((self.promised(), self.promised(self.wholesale)), (2, 2))
        self.sell(2)
        self.assertEqual(self.promised(), 0)
        with self.assertRaisesRegex(UserError, "can be promised 0.0 of Promises"):
            self.order(1).action_confirm()

    def test_what_is_left_can_be_ordered(self):
        self.sell(2)
        self.order(1).action_confirm()
        self.assertEqual(self.promised(), 0)

    def test_closing_the_session_changes_nothing(self):
        self.sell(1)
        self.order(1).action_confirm()
        self.assertEqual(self.promised(), 1)
        self.close()
        self.assertEqual(self.promised(), 1)

    def test_what_is_kept_for_others_is_of_what_is_left(self):
        self.stock(7)
        self.reserve(self.wholesale, 50)
        self.sell(4)
        self.assertEqual(self.promised(), 3)
        self.close()
        self.assertEqual(self.promised(), 3)

    def test_more_was_sold_than_there_was(self):
        self.sell(5)
        self.assertEqual(self.promised(), 0)
        self.stock(3)
        self.assertEqual(self.promised(), 1)

    def test_what_comes_back_is_promised_when_it_has_a_place(self):
        self.sell(2)
        self.sell(-1)
        self.assertEqual(self.promised(), 1)
        self.close()
        waits = "return_location_id" in self.warehouse._fields
        self.assertEqual(self.promised(), 1 if waits else 2, "with Retail returns it waits for its inspection")

    def test_a_session_that_moves_stock_at_once(self):
        self.env.company.point_of_sale_update_stock_quantities = "real"
        self.sell(1, open_session(make_till(self.env, "At once", self.warehouse)))
        self.assertEqual(self.promised(), 2)

    def test_a_till_of_another_warehouse(self):
        other = self.env["stock.warehouse"].create({"name": "Elsewhere", "code": "ELS"})
        self.sell(2, open_session(make_till(self.env, "Elsewhere", other)))
        self.assertEqual(self.promised(), 3)

    def test_who_may_not_see_tills_is_promised_the_same(self):
        self.sell(1)
        self.env["base"].flush()
        for user in (self.seller, self.env.ref("base.public_user")):
            channel = self.web.with_user(user).sudo()
            promised = channel._promise(self.warehouse.with_user(user), self.lamp.with_user(user))
            self.assertEqual(promised, {self.lamp.id: 2})

    def test_who_is_told_of_changes_learns_of_it(self):
        before = fields.Datetime.now() - timedelta(minutes=1)
        self.assertNotIn(self.lamp.id, self.web._left_since(before))
        self.sell(1)
        self.assertIn(self.lamp.id, self.web._left_since(before))
        self.assertNotIn(self.lamp.id, self.web._left_since(before + timedelta(hours=1)))

    def test_what_was_sold_before_costs_nothing(self):
        def questions():
            self.promised()
            before = self.cr.sql_log_count
            self.promised()
            return self.cr.sql_log_count - before

        self.sell(1)
        few = questions()
        add_history(self.session.config_id, self.lamp)
        self.assertEqual((questions(), self.promised()), (few, 2))
