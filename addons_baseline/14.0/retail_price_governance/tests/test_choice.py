"""Which pricelist applies to a customer, in a country, in the web shop."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import PriceCase


@tagged("post_install", "-at_install")
class TestChoice(PriceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ruled, cls.chief = cls.with_a_rule("Staff"), cls.chief_of_prices()
        cls.editor.groups_id += cls.env.ref("base.group_partner_manager") + cls.env.ref("base.group_system")
        cls.partners = cls.env["res.partner"].with_user(cls.editor)

    def refused(self):
        return self.assertRaisesRegex(AccessError, "decided by members of .*Price manager")

    def customer(self, **values):
        """One of a price manager's customers, who buys at half price."""
        values = {"name": "Ana", "is_company": True, "property_product_pricelist": self.ruled.id, **values}
        return self.env["res.partner"].with_user(self.chief).create(values).with_user(self.editor)

    def test_a_customer_keeps_what_was_chosen(self):
        customer = self.customer()
        for value in (self.pricelist.id, False):
            with self.refused(), self.cr.savepoint():
                customer.property_product_pricelist = value
        customer.write({"name": "Anna", "property_product_pricelist": self.ruled.id})
        self.assertEqual(customer.property_product_pricelist, self.ruled)

    def test_where_nothing_was_chosen_the_sales_price_may_be(self):
        customer = self.partners.create({"name": "Ben", "property_product_pricelist": self.pricelist.id})
        self.assertEqual(customer.property_product_pricelist, self.pricelist)

    def test_contacts_have_that_of_their_company(self):
        customer = self.customer()
        contact = self.partners.create({"name": "Carla", "parent_id": customer.id})
        self.assertEqual(contact.property_product_pricelist, self.ruled)
        customer.with_user(self.chief).property_product_pricelist = self.pricelist
        self.assertEqual(contact.property_product_pricelist, self.pricelist)
        with self.refused():
            contact.property_product_pricelist = self.ruled

    def test_a_customer_with_a_pricelist_may_go(self):
        customer = self.customer()
        customer.unlink()
        self.assertFalse(customer.exists())

    def test_each_company_has_its_own_choice(self):
        customer, other = self.customer(), self.env["res.company"].create({"name": "Elsewhere"})
        self.editor.company_ids += other
        elsewhere = customer.with_company(other)
        self.assertNotEqual(elsewhere.property_product_pricelist, self.ruled)
        with self.refused():
            elsewhere.property_product_pricelist = self.ruled

    def test_not_by_the_property_itself(self):
        customer = self.customer()
        properties = self.env["ir.property"].with_user(self.editor)
        mine = [("name", "=", "property_product_pricelist"), ("res_id", "=", f"res.partner,{customer.id}")]
        found = properties.search(mine)
        other = {"value_reference": f"product.pricelist,{self.with_a_rule('Other').id}"}
        ben = self.partners.create({"name": "Ben"})
        for attempt in (
            lambda: found.write(other),
            lambda: found.write({"res_id": f"res.partner,{ben.id}"}),
            found.unlink,
            lambda: found.copy({"res_id": f"res.partner,{ben.id}"}),
        ):
            with self.refused(), self.cr.savepoint():
                attempt()
        self.env["ir.property"]._set_default("property_product_pricelist", "res.partner", self.pricelist)
        default = properties.search([("name", "=", "property_product_pricelist"), ("res_id", "=", False)], limit=1)
        with self.refused():
            default.write(other)

    def test_a_new_company_with_a_currency_of_its_own_needs_nobody(self):
        zloty = self.env["res.currency"].create({"name": "ZZP", "symbol": "Z"})
        company = self.env["res.company"].with_user(self.editor).create({"name": "PL", "currency_id": zloty.id})
        self.assertEqual(company.currency_id, zloty)

    def test_not_by_a_group_of_countries(self):
        country = self.env["res.country"].create({"name": "Lampland", "code": "ZZ"})
        group = self.env["res.country.group"].with_user(self.editor).create({"name": "Some"})
        with self.refused():
            group.pricelist_ids = self.ruled
        with self.refused():
            self.ruled.with_user(self.editor).country_group_ids = group
        group.country_ids = country
        group.with_user(self.chief).sudo().pricelist_ids = self.ruled
        with self.refused():
            group.country_ids -= country
        group.name = "Others"

    def test_not_in_the_web_shop(self):
        if "selectable" not in self.ruled._fields:
            self.skipTest("this shop has no website")
        for values in ({"selectable": True}, {"code": "HALF"}, {"website_id": False}):
            if self.ruled.website_id or "website_id" not in values:
                with self.subTest(values), self.refused():
                    self.ruled.with_user(self.editor).write(values)
        with self.refused():
            self.env["product.pricelist"].with_user(self.editor).create({"name": "Open", "selectable": True})
        self.ruled.with_user(self.chief).selectable = True

    def test_a_new_pricelist_may_be_for_one_company(self):
        pricelists = self.env["product.pricelist"].with_user(self.editor)
        own = pricelists.create({"name": "Own", "company_id": self.env.company.id})
        with self.refused():
            own.company_id = False
