from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.addons.retail_price_governance.tests.common import PriceCase
from odoo.exceptions import AccessError
from odoo.tests import tagged

# Filled when the pricelists are there.
STAFF = {}
ANYBODY_TYPES = {"restrict_price_control": False}
NOT_BY = {
    "pos": "a till sends orders, sessions and customers, and never its own settings",
    "website": "no page changes tills",
    "mail_gateway": "no alias makes or changes tills",
}


@tagged("post_install", "-at_install")
class TestTills(PriceCase, GuardTable):
    guards = (
        Guard(
            name="pricelist_of_a_till",
            model="pos.config",
            values=STAFF,
            record=lambda case: case.till(),
            create=lambda case: {"name": "South"},
            user=lambda case: case.editor,
            proper=lambda case, till: till.with_user(case.chief).write(STAFF),
            ways={**NOT_BY, "button": "none of them sets a pricelist"},
            refused_anyway={"other_company": "the record rule of tills"},
        ),
        Guard(
            name="prices_typed_at_a_till",
            model="pos.config",
            values=ANYBODY_TYPES,
            record=lambda case: case.till(),
            create=lambda case: {"name": "South"},
            user=lambda case: case.editor,
            proper=lambda case, till: till.with_user(case.chief).write(ANYBODY_TYPES),
            ways={**NOT_BY, "button": "none of them says who may type a price"},
            refused_anyway={"other_company": "the record rule of tills"},
        ),
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        tills = cls.env.ref("point_of_sale.group_pos_manager")
        cls.chief = cls.person("a_chief", "group_price_manager")
        for person in cls.editor | cls.chief | cls.env.ref("base.user_admin"):
            person.groups_id += tills
        cls.staff = cls.env["product.pricelist"].create({"name": "Staff"})
        STAFF["pricelist_id"] = cls.staff.id

    def till(self):
        return self.env["pos.config"].create({"name": "North"})

    def test_what_may_be_chosen_at_a_till(self):
        till = self.till().with_user(self.editor)
        kept = till.pricelist_id | till.available_pricelist_ids
        for values in (
            {"available_pricelist_ids": [(4, self.staff.id)]},
            {"use_pricelist": not till.use_pricelist},
        ):
            with self.assertRaisesRegex(AccessError, "Price manager"):
                till.write(values)
        till.write({"name": "East", "pricelist_id": till.pricelist_id.id})
        till.with_user(self.chief).available_pricelist_ids += self.staff
        self.assertEqual(till.available_pricelist_ids, kept | self.staff)
