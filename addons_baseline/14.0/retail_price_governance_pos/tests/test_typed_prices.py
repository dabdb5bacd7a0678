from odoo.addons.retail_base.tests.taken_over import noted
from odoo.addons.retail_price_governance.tests.common import PriceCase
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..hooks import take_over

ANYBODY_TYPES = {"restrict_price_control": False}


@tagged("post_install", "-at_install")
class TestTypedPrices(PriceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chief = cls.person("a_chief", "group_price_manager")
        for person in cls.editor | cls.chief:
            person.groups_id += cls.env.ref("point_of_sale.group_pos_manager")
        cls.tills = cls.env["pos.config"].with_user(cls.editor)

    def from_before(self, opened=False):
        """A till of a shop without this addon."""
        till = self.tills.create({"name": "From before"}).sudo()
        if opened:
            till.open_session_cb(check_coa=False)
        self.env["base"].flush()
        self.cr.execute("UPDATE pos_config SET restrict_price_control = NULL WHERE id = %s", (till.id,))
        till.invalidate_cache()
        return till

    def test_at_a_new_till_only_managers_type_prices(self):
        self.assertTrue(self.tills.create({"name": "North"}).restrict_price_control)

    def test_whoever_sets_up_tills_may_switch_it_on_and_not_off(self):
        till = self.from_before().with_user(self.editor)
        till.write(ANYBODY_TYPES)
        self.assertFalse(till.restrict_price_control, "it was off")
        till.write({"restrict_price_control": True})
        with self.assertRaisesRegex(AccessError, "switched off by members of .*Price manager"):
            till.write(ANYBODY_TYPES)
        till.write({"name": "East"})
        till.with_user(self.chief).write(ANYBODY_TYPES)
        self.assertFalse(till.restrict_price_control)

    def test_several_at_once_where_one_has_it_off(self):
        tills = self.from_before() | self.tills.create({"name": "North"})
        with self.assertRaises(AccessError):
            tills.with_user(self.editor).write(ANYBODY_TYPES)

    def test_a_copy_is_a_new_till(self):
        copied = self.from_before().with_user(self.editor).copy({"name": "Copied"})
        self.assertTrue(copied.restrict_price_control)

    def test_tills_that_have_sold_keep_what_they_had_and_are_counted(self):
        self.cr.execute("UPDATE pos_config SET restrict_price_control = true")
        used, never_opened = self.from_before(opened=True), self.from_before()
        take_over(self.cr, self.registry)
        (used | never_opened).invalidate_cache()
        self.assertEqual((used | never_opened).mapped("restrict_price_control"), [False, True])
        self.assertEqual(noted(self.env, "retail_price_governance_pos"), ("pos.config", 1))
        used.write({"name": "It goes on"})
        self.assertFalse(used.restrict_price_control)
