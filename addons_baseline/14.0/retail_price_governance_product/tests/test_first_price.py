from odoo.addons.retail_base.guard import passing
from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.addons.retail_price_governance.tests.common import PriceCase
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged


@tagged("post_install", "-at_install")
class TestFirstPrice(PriceCase, GuardTable):
    guards = (
        Guard(
            name="what_it_is_compared_with",
            model="product.template",
            values={"price_when_approved": 70.0},
            record=lambda case: case.approved(),
            create=lambda case: {"name": "Bulb", "categ_id": case.category.id},
            user=lambda case: case.editor,
            # The process itself, which keeps the price that the product has.
            proper=lambda case, record: passing(record).write({"price_when_approved": 70.0}),
            buttons=("action_take_out_of_sale",),
            ways={
                "pos": "a till sends orders, never products",
                "website": "the web shop reads products, and its editor shows no such field",
                "mail_gateway": "no alias makes or changes products",
            },
        ),
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What else a product needs is another addon's.
        cls.env["retail.product.standard"].search([]).write({"active": False})
        cls.price_managers = cls.env.ref("retail_price_governance.group_price_manager")
        cls.price_people = cls.price_managers | cls.env.ref("retail_price_governance.group_price_finance")
        cls.approver = new_test_user(cls.env, "an_approver", groups="base.group_user")
        cls.approver.groups_id += cls.env.ref("retail_product_governance.group_product_approver")

    def draft(self, price=100.0, cost=50.0, **values):
        product = (
            self.env["product.template"]
            .with_user(self.editor)
            .create(
                {"name": "Lamp", "categ_id": self.category.id, "list_price": price, "taxes_id": False, **values}
            )
        )
        product.standard_price = cost
        self.age(product)
        return product

    def approved(self, **values):
        product = self.draft(**values)
        product.action_approval_submit()
        product.with_user(self.approver).action_approval_approve()
        return product

    def test_until_it_is_approved_the_price_is_free(self):
        product = self.draft()
        product.write({"list_price": 120, "standard_price": 60})
        self.assertEqual((product.list_price, product.standard_price), (120, 60))
        product.action_approval_submit()
        product.with_user(self.approver).action_approval_approve()
        for values in ({"list_price": 121}, {"standard_price": 61}):
            with self.assertRaisesRegex(UserError, "approved price change"):
                product.write(values)

    def test_the_price_is_approved_with_it(self):
        product = self.draft()
        product.action_approval_submit()
        product.list_price = 500
        with self.assertRaisesRegex(UserError, "changed after it was submitted"):
            product.with_user(self.approver).action_approval_approve()

    def test_who_made_it_does_not_decide_about_its_price_whoever_submits_it(self):
        product = self.draft(price=40)
        submitter = self.editor.copy({"login": "another_editor"})
        self.editor.groups_id += self.price_people
        product.with_user(submitter).action_approval_submit()
        self.assertIn(self.price_managers, self.deciding(product))
        with self.assertRaisesRegex(AccessError, "second person"):
            product.action_approval_approve()

    def test_below_cost_finance_and_the_price_manager_decide_as_well(self):
        product = self.draft(price=40)
        product.action_approval_submit()
        product.with_user(self.approver).action_approval_approve()
        product.with_user(self.manager).action_approval_approve()
        self.assertEqual(product.approval_state, "pending")
        product.with_user(self.finance).action_approval_approve()
        self.assertEqual(product.approval_state, "approved")

    def deciding(self, document):
        """The groups that its last request waits for, or that agreed to it."""
        return document.approval_request_ids.sorted("id")[-1].step_ids.group_id

    def comes_back(self, product, **values):
        """Taken out of sale, changed and submitted again; who decides about it."""
        product.action_take_out_of_sale()
        product.write(values)
        product.action_approval_submit()
        return self.deciding(product)

    def changed(self, product, **values):
        """The change that waits after this is written to an approved product."""
        product.with_user(self.editor).write(values)
        return product.open_change_id

    def test_out_of_sale_and_back_is_no_way_around(self):
        self.assertIn(self.price_managers, self.comes_back(self.approved(), list_price=70))

    def test_nor_is_it_where_no_rule_holds(self):
        self.rule.active = False
        self.assertIn(self.price_managers, self.comes_back(self.approved(), list_price=70))
        below_cost = self.comes_back(self.approved(), list_price=40)
        self.assertEqual(below_cost & self.price_people, self.price_people)

    def test_where_no_rule_holds_the_first_price_and_the_same_price_need_nobody_else(self):
        self.rule.active = False
        product = self.approved()
        self.assertEqual(product.approval_state, "approved")
        self.assertFalse(self.comes_back(product) & self.price_people)

    def test_what_left_the_channel_first_is_compared_all_the_same(self):
        for rule_holds in (True, False):
            self.rule.active = rule_holds
            product = self.approved()
            product.allow_sale = False
            self.assertIn(self.price_managers, self.comes_back(product, list_price=70, allow_sale=True))

    def test_a_price_that_nobody_looked_at_is_not_what_it_is_compared_with(self):
        self.rule.active = False
        product = self.approved()
        self.assertFalse(self.comes_back(product, list_price=70, allow_sale=False) & self.price_people)
        product.with_user(self.approver).action_approval_approve()
        self.assertIn(self.price_managers, self.comes_back(product, allow_sale=True))

    def test_after_a_price_change_the_new_price_is_what_it_is_compared_with(self):
        product = self.approved()
        self.approve(self.change((product, 150)))
        self.assertFalse(self.comes_back(product) & self.price_people)
        product.with_user(self.approver).action_approval_approve()
        self.assertIn(self.price_managers, self.comes_back(product, list_price=100))

    def test_into_sale_by_a_change_needs_those_who_decide_about_the_price(self):
        for rule_holds in (True, False):
            self.rule.active = rule_holds
            product = self.approved()
            self.comes_back(product, list_price=40, allow_sale=False)
            product.with_user(self.approver).action_approval_approve()
            change = self.changed(product, allow_sale=True)
            self.assertEqual(self.deciding(change) & self.price_people, self.price_people)
            for person in (self.approver, self.manager, self.finance):
                self.assertFalse(product.sale_ok)
                change.with_user(person).action_approval_approve()
            self.assertTrue(product.sale_ok)

    def test_into_sale_at_a_price_that_the_rule_allows_needs_nobody_else(self):
        product = self.approved(allow_sale=False)
        change = self.changed(product, allow_sale=True)
        self.assertFalse(self.deciding(change) & self.price_people)
        change.with_user(self.approver).action_approval_approve()
        self.assertTrue(product.sale_ok)

    def test_what_was_cheapened_while_the_change_waits_is_submitted_again(self):
        product = self.approved(allow_sale=False)
        change = self.changed(product, allow_sale=True)
        self.comes_back(product, list_price=40)
        product.with_user(self.approver).action_approval_approve()
        with self.assertRaisesRegex(UserError, "changed after it was submitted"):
            change.with_user(self.approver).action_approval_approve()

    def test_another_unit_is_another_price(self):
        dozen = self.env.ref("uom.product_uom_dozen").id
        units = {"uom_id": dozen, "uom_po_id": dozen}
        for rule_holds in (True, False):
            self.rule.active = rule_holds
            change = self.changed(self.approved(), **units)
            self.assertIn(self.price_managers, self.deciding(change))
            self.assertIn(self.price_managers, self.comes_back(self.approved(), **units))

    def test_what_a_choice_costs_more_is_part_of_the_price(self):
        colour = self.env["product.attribute"].create(
            {"name": "Colour", "value_ids": [(0, 0, {"name": name}) for name in ("Red", "Blue")]}
        )
        line = (0, 0, {"attribute_id": colour.id, "value_ids": [(6, 0, colour.value_ids.ids)]})
        for rule_holds in (True, False):
            self.rule.active = rule_holds
            product = self.approved(attribute_line_ids=[line])
            product.action_take_out_of_sale()
            product.attribute_line_ids.product_template_value_ids[0].price_extra = 30
            product.action_approval_submit()
            self.assertIn(self.price_managers, self.deciding(product))

    def test_the_rule_of_the_new_category_holds(self):
        above = self.category.parent_id
        strict = self.env["product.category"].create({"name": "Sofas", "parent_id": above.id})
        self.rule.copy({"categ_id": strict.id, "min_margin": 60})
        change = self.changed(self.approved(), categ_id=strict.id)
        self.assertIn(self.price_managers, self.deciding(change))
        other = self.env["product.category"].create({"name": "Beds", "parent_id": above.id})
        change = self.changed(self.approved(), categ_id=other.id)
        self.assertFalse(self.deciding(change) & self.price_people)

    def test_where_no_approval_is_needed_prices_are_free_so_the_price_manager_agrees_to_that(self):
        house = self.env.ref("retail_product_governance.category_house")
        change = self.changed(self.approved(), categ_id=house.id)
        self.assertIn(self.price_managers, self.deciding(change))

    def test_what_it_is_compared_with_is_not_written_by_hand(self):
        product = self.approved()
        with self.assertRaises(UserError):
            product.price_when_approved = 70
        with self.assertRaises(UserError):
            product.offer_when_approved = "{}"

    def test_a_price_change_is_for_what_is_approved(self):
        with self.assertRaisesRegex(UserError, "not approved yet"):
            self.submit(self.change((self.draft(), 101)))

    def test_an_approved_product_changes_by_a_price_change(self):
        product = self.approved()
        self.approve(self.change((product, 150)))
        self.assertEqual((product.list_price, product.approval_state), (150, "approved"))
