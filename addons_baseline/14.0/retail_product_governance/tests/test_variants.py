from odoo.addons.retail_base import guard
from odoo.addons.retail_base.tests.at_once import AtOnceCase
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ProductCase, new_barcode


@tagged("post_install", "-at_install")
class TestVariants(ProductCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colour = cls.new_attribute("Colour", "always")

    @classmethod
    def new_attribute(cls, name, create_variant):
        values = [(0, 0, {"name": value}) for value in ("Red", "Blue", "Green")]
        attribute = {"name": name, "create_variant": create_variant, "value_ids": values}
        return cls.env["product.attribute"].create(attribute)

    def in_two_colours(self, attribute=None):
        attribute = attribute or self.colour
        line = (0, 0, {"attribute_id": attribute.id, "value_ids": [(6, 0, attribute.value_ids[:2].ids)]})
        product = self.draft(attribute_line_ids=[line], barcode=False)
        for variant in product.product_variant_ids:
            variant.barcode = new_barcode()
        self.approve(product)
        return product

    def add_green(self, product):
        """As on the product's form; the new variant."""
        line = product.attribute_line_ids
        green = (1, line.id, {"value_ids": [(4, line.attribute_id.value_ids[2].id)]})
        product.with_user(self.steward).write({"attribute_line_ids": [green]})
        every = product.with_context(active_test=False).product_variant_ids
        return every.filtered("approval_pending")

    def test_a_later_variant_is_nowhere_until_it_is_approved(self):
        product = self.in_two_colours()
        green = self.add_green(product)
        self.assertEqual((len(green), green.active), (1, False))
        self.assertEqual((len(product.product_variant_ids), product.sale_ok), (2, True))
        change = product.open_change_id
        self.assertEqual((change.approval_state, change.variant_ids), ("draft", green))
        with self.assertRaisesRegex(UserError, r"Enter the barcode of: Lamp \(Green\)"):
            product.action_submit_change()
        green.with_user(self.steward).barcode = new_barcode()
        product.with_user(self.steward).action_submit_change()
        self.assertFalse(green.active)
        change.with_user(self.approver).action_approval_approve()
        self.assertEqual((green.active, green.approval_pending, change.variant_ids), (True, False, green))

    def test_nobody_brings_it_in_by_hand(self):
        product = self.in_two_colours()
        green = self.add_green(product)
        for attempt in (green, green.sudo(), green.with_context(install_mode=True)):
            attempt.write({"active": True})
            self.assertFalse(green.active)
        with self.assertRaises(UserError):
            green.approval_pending = False
        product.active = False
        product.active = True
        self.assertFalse(green.active)
        product._create_variant_ids()
        self.assertFalse(green.active)

    def test_made_by_itself_it_waits_as_well(self):
        product = self.in_two_colours()
        alone = self.env["product.product"].with_user(self.steward)
        values = product.attribute_line_ids.product_template_value_ids.filtered(lambda each: each.name == "Red")
        product.product_variant_ids.filtered(
            lambda each: each.product_template_attribute_value_ids == values
        ).unlink()
        variant = alone.create(
            {"product_tmpl_id": product.id, "product_template_attribute_value_ids": [(6, 0, values.ids)]}
        )
        self.assertEqual((variant.approval_pending, variant.active), (True, False))
        self.assertEqual(product.open_change_id.variant_ids, variant)

    def test_moved_to_an_approved_product_it_waits_as_well(self):
        product, variant = self.in_two_colours(), self.draft().product_variant_id
        variant.with_user(self.steward).product_tmpl_id = product
        self.assertEqual((variant.approval_pending, variant.active), (True, False))
        self.assertEqual(product.open_change_id.variant_ids, variant)

    def test_a_variant_that_was_archived_at_the_approval_waits_as_well(self):
        line = (0, 0, {"attribute_id": self.colour.id, "value_ids": [(6, 0, self.colour.value_ids[:2].ids)]})
        product = self.draft(attribute_line_ids=[line], barcode=False)
        red, blue = product.product_variant_ids
        blue.active = False
        red.barcode = new_barcode()
        self.approve(product)
        blue.with_user(self.steward).active = True
        self.assertEqual((blue.active, product.open_change_id.variant_ids), (False, blue))
        blue.with_user(self.steward).barcode = new_barcode()
        product.with_user(self.steward).action_submit_change()
        product.open_change_id.with_user(self.approver).action_approval_approve()
        self.assertTrue(blue.active)

    def test_archived_after_its_approval_it_comes_back_freely(self):
        variant = self.in_two_colours().product_variant_ids[0]
        variant.with_user(self.steward).active = False
        variant.with_user(self.steward).active = True
        self.assertTrue(variant.active)

    def test_of_a_product_that_is_a_draft_again_it_is_looked_at_with_it(self):
        product = self.in_two_colours()
        green = self.add_green(product)
        product.with_user(self.steward).action_take_out_of_sale()
        green.with_user(self.steward).write({"active": True, "barcode": new_barcode()})
        self.assertEqual((green.active, green.approval_pending, green.sale_ok), (True, False, False))

    def test_choices_added_after_submitting_are_submitted_again(self):
        dynamic = self.new_attribute("Length", "dynamic")
        line = (0, 0, {"attribute_id": dynamic.id, "value_ids": [(6, 0, dynamic.value_ids[:2].ids)]})
        product = self.draft(attribute_line_ids=[line], barcode=False)
        product.action_approval_submit()
        self.add_green(product)
        with self.assertRaisesRegex(UserError, "changed after it was submitted"):
            product.with_user(self.approver).action_approval_approve()

    def test_its_own_product_written_again_is_no_move(self):
        product = self.approved()
        variant = product.product_variant_id.with_user(self.steward)
        variant.write({"product_tmpl_id": product.id, "barcode": new_barcode()})
        self.assertEqual((variant.active, variant.approval_pending), (True, False))
        self.assertEqual(product.open_change_id.line_ids.mapped("name"), ["barcode"])

    def test_it_is_not_sold(self):
        green = self.add_green(self.in_two_colours())
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        self.env["sale.order.line"].create({"order_id": order.id, "product_id": green.id})
        with self.assertRaisesRegex(UserError, "Submit the change of its product"):
            order.action_confirm()

    def test_discarded_it_is_gone(self):
        product = self.in_two_colours()
        green = self.add_green(product)
        product.open_change_id.with_user(self.steward).action_discard()
        self.assertFalse(green.exists())
        self.assertFalse(product.open_change_id)

    def test_a_barcode_edited_while_it_waits_is_submitted_again(self):
        product = self.in_two_colours()
        green = self.add_green(product)
        green.with_user(self.steward).barcode = new_barcode()
        product.with_user(self.steward).action_submit_change()
        green.with_user(self.steward).barcode = new_barcode()
        with self.assertRaisesRegex(UserError, "changed after it was submitted"):
            product.open_change_id.with_user(self.approver).action_approval_approve()

    def test_a_product_made_to_order_gets_variants_from_orders_but_no_new_choices(self):
        dynamic = self.new_attribute("Length", "dynamic")
        line = (0, 0, {"attribute_id": dynamic.id, "value_ids": [(6, 0, dynamic.value_ids[:2].ids)]})
        product = self.draft(attribute_line_ids=[line], barcode=False)
        self.approve(product)
        value = product.attribute_line_ids.product_template_value_ids[:1]
        variant = product._create_product_variant(value)
        self.assertEqual((variant.active, variant.approval_pending), (True, False))
        with self.assertRaisesRegex(UserError, "made to order"), self.cr.savepoint():
            self.add_green(product)
        plain = self.in_two_colours()
        more = {"attribute_id": dynamic.id, "value_ids": [(6, 0, dynamic.value_ids.ids)]}
        with self.assertRaisesRegex(UserError, "made to order"), self.cr.savepoint():
            plain.write({"attribute_line_ids": [(0, 0, more)]})
        engraving = self.new_attribute("Engraving", "no_variant")
        line = {"attribute_id": engraving.id, "value_ids": [(6, 0, engraving.value_ids.ids)]}
        product.write({"attribute_line_ids": [(0, 0, line)]})
        self.assertEqual(len(product.attribute_line_ids), 2)


@tagged("post_install", "-at_install")
class TestTwoAtOnce(AtOnceCase):
    def setUp(self):
        super().setUp()
        with self.environment() as env:
            self.product = self.make(env, "product.template", name="Lamp", type="service").id

    def test_a_barcode_does_not_slip_in_while_the_product_is_approved(self):
        with self.environment() as approving:
            product = approving["product.template"].browse(self.product)
            self.assertFalse(product.product_variant_id.barcode)
            with self.environment() as editing:
                editing["product.template"].browse(self.product).product_variant_id.barcode = new_barcode()
            guard.passing(product).write({"approval_state": "approved"})
            # Odoo tries the whole request again after this error, and then sees the barcode.
            with self.too_late(approving):
                product.flush()
