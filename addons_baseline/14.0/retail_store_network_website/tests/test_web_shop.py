from odoo.addons.retail_store_network.tests.common import NetworkCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestWebShop(NetworkCase):
    def website(self):
        return self.env["website"].search([("company_id", "=", self.env.company.id)], limit=1)

    def test_the_web_shop_ships_from_its_warehouse(self):
        self.network.apply(self.spec)
        self.assertEqual((self.website().name, self.website().warehouse_id.code), ("T Web", "TDC"))

    def test_applied_again_it_does_nothing(self):
        self.network.apply(self.spec)
        again = self.network.apply(self.spec)
        self.assertEqual(self.done(again) + self.done(again, "change"), [])

    def test_it_follows_the_description(self):
        self.network.apply(self.spec)
        self.spec["stores"][1].update(name="T Web shop", shipsFrom="TBL")
        report = self.network.apply(self.spec)
        self.assertEqual(self.done(report, "change"), [("website", "T Web shop")])
        self.assertEqual(self.website().warehouse_id.code, "TBL")

    def test_a_company_without_a_website_gets_one(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.user.company_ids += other
        report = self.network.with_company(other).apply({"stores": self.spec["stores"][:2]})
        self.assertIn(("website", "T Web"), self.done(report))
