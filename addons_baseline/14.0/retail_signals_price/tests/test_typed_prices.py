from datetime import timedelta

from odoo import fields
from odoo.addons.retail_base import guard
from odoo.addons.retail_price_governance.tests.common import PriceCase
from odoo.addons.retail_signals_pos.tests.common import TillSignalsCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestTypedPrices(TillSignalsCase, PriceCase):
    """A shade for 100, since before anybody sold one; lines of two."""

    def setUp(self):
        super().setUp()
        self.plain = self.env["product.pricelist"].create({"name": "Plain"})
        template = self.product(100.0)
        flags = {name: True for name in ("allow_pos", "available_in_pos") if name in template._fields}
        guard.passing(template).write(flags)
        self.shade = template.product_variant_id

    def figures(self, measure="discounted"):
        self.env["retail.signal.day"]._append(fields.Date.today() + timedelta(days=1))
        domain = [("measure", "=", measure), ("product_id", "=", self.shade.id)]
        rows = self.env["retail.signal.day"].search(domain)
        return tuple(sum(rows.mapped(name)) for name in ("events", "exposure", "amount"))

    def order(self, *prices, pricelist=None, **line):
        """Confirmed, with a line for each price."""
        line = {"product_id": self.shade.id, "product_uom_qty": 2, "tax_id": [(5,)], **line}
        values = {
            "partner_id": self.partner.id,
            "pricelist_id": (pricelist or self.plain).id,
            "order_line": [(0, 0, {**line, "price_unit": price}) for price in prices],
        }
        order = self.env["sale.order"].create(values)
        order.action_confirm()
        return order

    def from_now(self, table, record, **hours):
        """Write when something happened, in hours from now."""
        self.env["base"].flush()
        for column, number in hours.items():
            moment = fields.Datetime.now() + timedelta(hours=number)
            self.cr.execute(f"UPDATE {table} SET {column} = %s WHERE id IN %s", (moment, record._ids))  # noqa: S608
        record.invalidate_cache()

    def sold_between(self, order, written, confirmed):
        self.from_now("sale_order_line", order.order_line, create_date=written)
        self.from_now("sale_order", order, date_order=confirmed)

    def changed(self, price):
        """Approved and in force now."""
        change = self.approve(self.change((self.shade.product_tmpl_id, price)))
        self.assertEqual(self.shade.list_price, price)
        return change.line_ids

    def test_a_typed_price_on_an_order_counts_as_a_discount(self):
        self.order(100.0, 90.0, 120.0, 99.5)
        self.assertEqual(self.figures(), (1, 4, 20))

    def test_what_is_both_typed_and_discounted_counts_once(self):
        self.order(90.0, discount=10)
        self.assertEqual(self.figures(), (1, 1, 38))

    def test_a_discount_on_a_price_typed_higher_is_one(self):
        self.order(200.0, discount=10)
        self.assertEqual(self.figures(), (1, 1, 40))

    def test_given_away(self):
        self.order(0.0)
        self.assertEqual(self.figures(), (1, 1, 200))

    def test_the_price_is_that_of_then(self):
        order = self.order(100.0, 90.0)
        self.sold_between(order, -3, -2)
        self.changed(150.0)
        self.assertEqual(self.figures(), (1, 2, 20))

    def test_an_order_keeps_the_price_with_which_it_was_written(self):
        order = self.order(100.0)
        self.sold_between(order, -3, -1)
        line = self.changed(150.0)
        self.from_now("retail_price_change_line", line, applied_at=-2)
        self.assertEqual(self.figures(), (0, 1, 0))

    def test_nor_is_a_price_below_one_that_is_over(self):
        order = self.order(80.0)
        self.sold_between(order, -3, -1)
        line = self.changed(80.0)
        self.from_now("retail_price_change_line", line, applied_at=-2)
        self.assertEqual(self.figures(), (0, 1, 0), "it was lowered before it was sold")

    def test_where_the_pricelist_has_a_rule_nobody_knows(self):
        self.order(50.0, pricelist=self.with_a_rule("Half"))
        self.assertEqual(self.figures(), (0, 1, 0))

    def test_a_rule_for_something_else_is_none(self):
        pricelist = self.with_a_rule("Half")
        other = self.env["product.category"].create({"name": "Tables"})
        self.env["base"].flush()
        scope = "UPDATE product_pricelist_item SET applied_on = '2_product_category', categ_id = %s WHERE id = %s"
        self.cr.execute(scope, (other.id, pricelist.item_ids.id))
        self.order(50.0, pricelist=pricelist)
        self.assertEqual(self.figures(), (1, 1, 100))
        self.cr.execute(scope, (self.category.parent_id.id, pricelist.item_ids.id))
        self.assertEqual(self.figures(), (0, 1, 0), "it is for a category above")

    def test_a_rule_that_was_removed_held_until_then(self):
        pricelist = self.with_a_rule("Half")
        order = self.order(50.0, pricelist=pricelist)
        self.sold_between(order, -3, -2)
        values = {"action": "remove", "rule_id": pricelist.item_ids.id}
        change = self.env["retail.price.change"].with_user(self.editor)
        self.approve(change.create({"name": "Over", "item_ids": [(0, 0, values)]}))
        self.assertFalse(pricelist.item_ids)
        self.assertEqual(self.figures(), (0, 1, 0))

    def test_the_rule_that_odoo_begins_with_changes_nothing(self):
        rule = {"applied_on": "3_global", "compute_price": "formula", "base": "list_price"}
        self.plain.item_ids = [(5,), (0, 0, rule)]
        self.order(90.0)
        self.assertEqual(self.figures(), (1, 1, 20))

    def test_by_the_dozen(self):
        self.order(1200.0, 600.0, product_uom=self.env.ref("uom.product_uom_dozen").id)
        self.assertEqual(self.figures(), (1, 2, 1200))

    def test_where_a_fiscal_position_changes_prices_nobody_knows(self):
        order = self.order(50.0)
        order.fiscal_position_id = self.env["account.fiscal.position"].create({"name": "Abroad"})
        self.assertEqual(self.figures(), (0, 1, 0))

    def rung_up(self, price):
        return self.ring_up(1, price=price, product=self.shade, pricelist_id=self.plain.id)

    def test_a_typed_price_at_a_till_counts_as_a_discount(self):
        self.rung_up(100.0)
        self.rung_up(85.0)
        self.assertEqual(self.figures("till_discounted"), (1, 2, 15))

    def test_a_till_sells_at_the_prices_with_which_its_page_was_loaded(self):
        self.rung_up(100.0)
        self.from_now("pos_session", self.session, start_at=-3)
        line = self.changed(150.0)
        self.from_now("retail_price_change_line", line, applied_at=-2)
        self.assertEqual(self.figures("till_discounted"), (0, 1, 0))
        self.from_now("pos_session", self.session, start_at=-1)
        self.assertEqual(self.figures("till_discounted"), (1, 1, 50))
