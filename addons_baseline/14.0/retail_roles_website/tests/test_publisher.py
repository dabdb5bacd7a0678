from odoo.addons.retail_roles.tests.common import StoresCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestPublisher(StoresCase):
    def test_only_who_sells_there_edits_the_website_and_nobody_designs_it(self):
        for role in ("store_manager", "warehouse_supervisor", "buyer", "finance_controller", "customer_service"):
            self.assertFalse(self.person(f"is-{role}", role).has_group("website.group_website_publisher"), role)
        publisher = self.person("is-ecommerce", "ecommerce")
        self.assertTrue(publisher.has_group("website.group_website_publisher"))
        self.assertFalse(publisher.has_group("website.group_website_designer"))

    def test_a_role_that_ends_takes_it_away(self):
        publisher = self.person("was-ecommerce", "ecommerce")
        publisher.role_line_ids.unlink()
        self.anew()
        self.assertFalse(publisher.has_group("website.group_website_publisher"))
