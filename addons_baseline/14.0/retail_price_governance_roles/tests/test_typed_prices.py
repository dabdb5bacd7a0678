from odoo.addons.retail_roles.tests.common import StoresCase
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

ANYBODY_TYPES = {"restrict_price_control": False}


@tagged("post_install", "-at_install")
class TestTypedPrices(StoresCase):
    """What a store's manager, who may set up its tills, can do about prices typed there."""

    def values(self):
        return {"name": "New till", "picking_type_id": self.blois.pos_type_id.id}

    def test_a_store_does_not_let_anybody_type_prices(self):
        with self.assertRaises(UserError):
            self.till(self.blois).with_user(self.manager).write(ANYBODY_TYPES)

    def test_nor_does_a_till_that_it_makes(self):
        tills = self.env["pos.config"].with_user(self.manager)
        self.assertTrue(tills.create(self.values()).restrict_price_control)
        with self.assertRaises(AccessError):
            tills.create({**self.values(), **ANYBODY_TYPES})

    def test_nor_if_the_list_leaves_it_to_stores(self):
        self.env.ref("retail_roles.policy_pos_config_restrict_price_control").decided_by = "store"
        self.anew()
        with self.assertRaisesRegex(AccessError, "Price manager"):
            self.till(self.blois).with_user(self.manager).write(ANYBODY_TYPES)
