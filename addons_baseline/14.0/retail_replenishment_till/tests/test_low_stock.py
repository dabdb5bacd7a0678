from odoo.addons.retail_base.tests.tills import till_order
from odoo.addons.retail_replenishment.tests.common import PolicyCase
from odoo.addons.retail_till.tests.common import add_history, in_the_till, make_till, open_session
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestLowStock(PolicyCase):
    """Six lamps in a store of which five have to be there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        in_the_till(cls.lamp)
        cls.store.stock_responsible_id = cls.keeper
        cls.env["stock.quant"]._update_available_quantity(cls.lamp, cls.store.lot_stock_id, 6)
        cls.low = cls.rule(cls, 5, 9)
        cls.session = open_session(make_till(cls.env, "Store", cls.store))

    def sell(self, quantity, session=None, product=None):
        order = till_order(session or self.session, product or self.lamp, quantity)
        self.env["pos.order"].create_from_ui([order])

    def watch(self):
        """The activities that say that lamps run low."""
        self.store._watch_stock()
        self.env.cache.invalidate()
        return self.low.activity_ids

    def test_it_is_told_while_the_session_is_open(self):
        self.sell(1)
        self.assertFalse(self.watch())
        self.sell(2)
        told = self.watch()
        self.assertEqual(told.user_id, self.keeper)
        self.assertIn("3 there or to come, of at least 5", told.summary)

    def test_closing_the_session_changes_nothing(self):
        self.sell(3)
        told = self.watch()
        since = self.low.low_since
        self.session.action_pos_session_closing_control()
        self.assertEqual((self.watch(), self.low.low_since), (told, since))
        self.env["stock.quant"]._update_available_quantity(self.lamp, self.store.lot_stock_id, 2)
        self.assertFalse(self.watch(), "three and two are enough")

    def test_what_comes_back_counts_when_it_has_a_place(self):
        self.sell(3)
        self.sell(-3)
        comes = "return_location_id" in self.store._fields
        self.assertNotEqual(bool(self.watch()), comes, "with Retail returns they wait to go back to the shelf")
        self.session.action_pos_session_closing_control()
        self.assertFalse(self.watch())

    def test_what_has_no_stock_at_all_can_be_sold(self):
        vase = in_the_till(self.product("Vase"))
        rule = self.rule(1, 2, product=vase)
        self.sell(2, product=vase)
        self.watch()
        self.assertIn("-2 there or to come", rule.activity_ids.summary)

    def test_a_session_that_moves_stock_at_once(self):
        self.env.company.point_of_sale_update_stock_quantities = "real"
        self.sell(1, open_session(make_till(self.env, "At once", self.store)))
        self.assertFalse(self.watch())

    def test_a_till_of_another_warehouse(self):
        self.sell(3, open_session(make_till(self.env, "Central", self.central)))
        self.assertFalse(self.watch())

    def test_what_was_sold_before_costs_nothing(self):
        def questions():
            before = self.cr.sql_log_count
            self.watch()
            return self.cr.sql_log_count - before

        self.sell(3)
        self.watch()
        few = questions()
        add_history(self.session.config_id, self.lamp)
        self.assertEqual(questions(), few)
