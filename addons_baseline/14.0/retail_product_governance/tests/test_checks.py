from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ProductCase, new_barcode


@tagged("post_install", "-at_install")
class TestChecks(ProductCase):
    def missing(self, **values):
        """What keeps a product with these values from being submitted."""
        try:
            self.draft(**values).action_approval_submit()
        except UserError as refused:
            return refused.args[0]
        return ""

    def test_a_complete_product_may_be_submitted(self):
        self.assertEqual(self.missing(), "")

    def test_each_standard_is_asked_for(self):
        root = self.env.ref("product.product_category_all")
        hours, unit = self.env.ref("uom.product_uom_hour"), self.env.ref("uom.product_uom_unit")
        dozen = self.env.ref("uom.product_uom_dozen")
        parent = self.new_category("Small")
        self.new_category("Reading lamps", parent_id=parent.id)
        for values, sentence in (
            ({"categ_id": root.id}, "Choose a category below All"),
            ({"categ_id": parent.id}, "Choose one of the categories below"),
            ({"taxes_id": [(5, 0, 0)]}, "Enter the tax on sales of"),
            ({"supplier_taxes_id": [(5, 0, 0)]}, "Enter the tax on purchases of"),
            ({"seller_ids": []}, "Enter a vendor"),
            ({"barcode": False}, "Enter the barcode of: Lamp"),
            ({"barcode": "4006381333930"}, "check digit is wrong: 4006381333930"),
            ({"barcode": "40063813-33931"}, "check digit is wrong"),
            ({"barcode": "LAMP"}, "check digit is wrong: LAMP"),
            ({"uom_id": hours.id, "uom_po_id": hours.id}, "Choose a unit in which goods are counted"),
            ({"uom_id": dozen.id, "uom_po_id": unit.id}, "holds a whole number of Dozens, instead of Units"),
            ({"list_price": 0}, "Enter a sales price"),
        ):
            with self.subTest(sentence):
                self.assertIn(sentence, self.missing(**values))

    def test_what_does_not_apply_is_not_asked_for(self):
        dozen, unit = self.env.ref("uom.product_uom_dozen"), self.env.ref("uom.product_uom_unit")
        nothing = [(5, 0, 0)]
        for values in (
            {"type": "service", "barcode": False, "seller_ids": []},
            {"purchase_ok": False, "supplier_taxes_id": nothing, "seller_ids": []},
            {"sale_ok": False, "taxes_id": nothing, "list_price": 0},
            {"uom_id": unit.id, "uom_po_id": dozen.id},
            {"barcode": "96385074"},
            {"barcode": "036000291452"},
            {"barcode": "10614141000415"},
        ):
            with self.subTest(str(values)):
                self.assertEqual(self.missing(**values), "")

    def advice(self, **values):
        return self.draft(**values)._missing(blocking=False)

    def test_how_the_vendor_sells_it_is_mentioned(self):
        def line(**values):
            return {
                "seller_ids": [(0, 0, {"name": self.vendor.id, "price": 20.0, "product_code": "N1", **values})]
            }

        code = "Enter under which reference it is ordered from: Nordlicht."
        terms = "Enter the price and the lead time of: Nordlicht."
        for values, said in (
            (line(), []),
            (line(product_code=False), [code]),
            (line(price=0), [terms]),
            (line(delay=0), [terms]),
            (line(price=0, product_code=False), [code, terms]),
            ({**line(price=0, product_code=False), "purchase_ok": False}, []),
            ({**line(price=0, product_code=False), "type": "service"}, []),
        ):
            with self.subTest(str(values)):
                self.assertEqual([each for each in self.advice(**values) if each in (code, terms)], said)
                self.assertEqual(self.missing(**values), "", "it does not block")

    def test_the_category_says_which_attributes_its_products_have(self):
        colour, size = self.env["product.attribute"].create(
            [{"name": name, "value_ids": [(0, 0, {"name": "One"})]} for name in ("Colour", "Size")]
        )
        self.category.attribute_ids = colour | size
        below = self.new_category("Reading lamps", parent_id=self.category.id)
        line = (0, 0, {"attribute_id": size.id, "value_ids": [(6, 0, size.value_ids.ids)]})
        for category in (self.category, below):
            said = self.missing(categ_id=category.id, attribute_line_ids=[line])
            self.assertIn("Choose a value on the page Variants for: Colour.", said)
        below.attribute_ids = size
        self.assertEqual(self.missing(categ_id=below.id, attribute_line_ids=[line]), "")

    def test_the_return_policy_is_the_categorys_unless_it_has_its_own(self):
        none = self.env.ref("retail_product_governance.return_policy_none")
        below = self.new_category("Reading lamps", parent_id=self.category.id, return_policy_id=False)
        product = self.draft(categ_id=below.id)
        self.assertEqual(product._return_policy(), self.category.return_policy_id)
        product.return_policy_id = none
        self.assertEqual(product._return_policy(), none)
        bare = self.new_category("Bulbs", return_policy_id=False)
        self.env.ref("product.product_category_all").return_policy_id = False
        self.assertIn("Choose a return policy", self.missing(categ_id=bare.id))

    def test_all_that_is_missing_is_said_at_once(self):
        said = self.missing(barcode=False, list_price=0)
        self.assertIn("Enter the barcode", said)
        self.assertIn("Enter a sales price", said)

    def test_a_standard_may_hold_for_one_category(self):
        weight = self.env.ref("retail_product_governance.standard_weight")
        weight.with_user(self.policy).write({"blocking": True, "categ_id": self.category.id})
        below = self.new_category("Reading lamps", parent_id=self.category.id)
        self.assertIn("Enter the weight of: Lamp", self.missing(categ_id=below.id))
        self.assertEqual(self.missing(categ_id=self.new_category("Sofas").id), "")
        self.assertEqual(self.missing(categ_id=below.id, weight=2.0), "")

    def test_what_does_not_block_is_told_to_the_approver(self):
        product = self.draft()
        product.action_approval_submit()
        self.assertIn("Add an image.", " ".join(product.message_ids.mapped("body")))
        self.assertIn("Add an image.", product.missing_standards)

    def test_each_variant_has_its_barcode(self):
        colour = self.env["product.attribute"].create(
            {"name": "Colour", "value_ids": [(0, 0, {"name": name}) for name in ("Red", "Blue")]}
        )
        line = (0, 0, {"attribute_id": colour.id, "value_ids": [(6, 0, colour.value_ids.ids)]})
        product = self.draft(attribute_line_ids=[line])
        product.product_variant_ids[0].barcode = new_barcode()
        with self.assertRaisesRegex(UserError, r"Enter the barcode of: Lamp \(Blue\)"):
            product.action_approval_submit()
        product.product_variant_ids[1].barcode = new_barcode()
        product.action_approval_submit()
