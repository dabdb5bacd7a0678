"""Every way around the prices. What each of these would bring about only a price change may."""

from lxml import html
from odoo.addons.retail_base.guard import passing
from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.tests import tagged

from .common import PriceCase

OUTSIDE = {
    "pos": "a till sends orders with prices of their own, and never a product or a pricelist",
    "website": "its editor saves a field by write, see price_of_a_product; a visitor writes none of this",
    "mail_gateway": "no alias makes or changes prices",
}
NO_ARCHIVE = {"archived": "has no archive of its own"}
# Filled when the pricelist is there.
CHOSEN = {}
CHANGE_BUTTONS = (
    "action_check",
    "action_approval_submit",
    "action_approval_approve",
    "action_approval_withdraw",
    "action_propose_again",
    "action_revert",
    "action_cancel",
)


@tagged("post_install", "-at_install")
class TestGuards(PriceCase, GuardTable):
    guards = (
        Guard(
            name="price_of_a_product",
            model="product.template",
            values={"list_price": 70.0},
            record=lambda case: case.product(100.0),
            user=lambda case: case.editor,
            proper=lambda case, record: case.approve(case.change((record, 70.0))),
            buttons=("action_change_price",),
            ways={
                **OUTSIDE,
                "create": "with a new product comes its first price",
                "website": lambda case, record: case.edit_on_the_website(record),
            },
        ),
        Guard(
            name="price_through_the_variant",
            model="product.product",
            values={"lst_price": 70.0},
            record=lambda case: case.product(100.0).product_variant_id,
            user=lambda case: case.editor,
            proper=lambda case, record: case.approve(case.change((record.product_tmpl_id, 70.0))),
            ways={
                **OUTSIDE,
                "create": lambda case, record: case.variant_with_another_price(record),
                "context_default": lambda case, record: case.variant_with_another_price(record, by_default=True),
                "own_default": "a default of one's own arrives as one of the context does",
                "button": "the buttons are those of the product",
            },
        ),
        Guard(
            name="extra_of_a_choice",
            model="product.template.attribute.value",
            values={"price_extra": 30.0},
            record=lambda case: case.choice(),
            user=lambda case: case.editor,
            proper=lambda case, record: case.approve(case.change(case.extra_line(record, 30.0))),
            ways={
                **OUTSIDE,
                **NO_ARCHIVE,
                "button": "choices have no buttons",
                "create": "choices come about with the attributes of a product, each once and without an extra",
            },
        ),
        Guard(
            name="cost_of_a_product",
            model="product.product",
            values={"standard_price": 12.0},
            record=lambda case: case.product(100.0, cost=50.0).product_variant_id,
            user=lambda case: case.editor,
            proper=lambda case, record: case.approve(case.change(case.cost_line(record, 12.0)), case.finance),
            ways={
                **OUTSIDE,
                "create": "with a new product comes its first cost",
                "button": "revaluation and valuation by hand are tested in test_costs",
                "other_company": "each company has a cost of its own, see test_costs",
            },
        ),
        Guard(
            name="rule_of_a_pricelist",
            model="product.pricelist.item",
            values={"fixed_price": 7.0},
            record=lambda case: case.pricelist_rule(),
            create=lambda case: {"pricelist_id": case.pricelist.id, "applied_on": "3_global"},
            user=lambda case: case.editor,
            proper=lambda case, record: case.approve(
                case.rule_change(action="change", rule_id=record.id, fixed_price=7.0), case.manager, case.finance
            ),
            ways={**OUTSIDE, **NO_ARCHIVE, "button": "rules have no buttons"},
        ),
        Guard(
            name="pricelist_archived",
            model="product.pricelist",
            values={"active": False},
            record=lambda case: case.pricelist_rule(own=True).pricelist_id,
            user=lambda case: case.editor,
            proper=lambda case, record: case.emptied(record).write({"active": False}),
            buttons=("toggle_active", "action_archive"),
            ways={
                **OUTSIDE,
                "create": "a new one has no rules",
                "context_key": "a new one has no rules; with a key it is written as in server_action",
                "archived": "this is what is tried",
            },
        ),
        Guard(
            name="pricelist_of_a_customer",
            model="res.partner",
            values=CHOSEN,
            record=lambda case: case.env["res.partner"].create({"name": "Ana"}),
            create=lambda case: {"name": "Ben"},
            user=lambda case: case.editor,
            proper=lambda case, record: record.with_user(case.chief).write(CHOSEN),
            ways={
                **OUTSIDE,
                "pos": lambda case, record: case.saved_at_a_till(record),
                "button": "partners have no button that sets a pricelist",
                "other_company": "each company has a choice of its own, see test_choice",
            },
        ),
        Guard(
            name="pricelist_put_before_all_others",
            model="product.pricelist",
            values={"sequence": -5},
            record=lambda case: case.ruled,
            create=lambda case: {"name": "First of all"},
            user=lambda case: case.editor,
            proper=lambda case, record: record.with_user(case.chief).write({"sequence": -5}),
            ways={
                **OUTSIDE,
                "multi_record": "there is one that is the first",
                "archived": "one with rules is not archived, see pricelist_archived",
                "button": "pricelists have no button for it",
                "other_company": "it is the same in all companies, and who may do it as well",
            },
        ),
        Guard(
            name="promotion_running",
            model="coupon.program",
            values={"active": True},
            record=lambda case: case.promotion(),
            create=lambda case: {"name": "Spring", "program_type": "promotion_program"},
            user=lambda case: case.editor,
            proper=lambda case, record: case.approve(record),
            buttons=("toggle_active", "action_unarchive", "action_approval_submit", "action_approval_approve"),
            ways={**OUTSIDE, "archived": "this is what is tried"},
        ),
        Guard(
            name="promotion_changed_while_it_runs",
            model="coupon.program",
            values={"discount_percentage": 77.0},
            record=lambda case: case.approve(case.promotion()),
            user=lambda case: case.editor,
            proper=lambda case, record: case.changed_promotion(record, 77.0),
            buttons=("action_approval_submit", "action_approval_approve"),
            ways={
                **OUTSIDE,
                "create": "a new one does not run",
                "archived": "stopped it may be changed, and starts with a new approval only",
            },
        ),
        Guard(
            name="applied_by_hand",
            model="retail.price.change",
            values={"outcome": "applied"},
            record=lambda case: case.change((case.product(100.0), 150.0)),
            create=lambda case: {"name": "By hand"},
            user=lambda case: case.editor,
            proper=lambda case, record: case.approve(record),
            buttons=CHANGE_BUTTONS,
            ways={**OUTSIDE, **NO_ARCHIVE},
            refused_anyway={"other_company": "the record rule of price changes"},
        ),
        Guard(
            name="approved_by_hand",
            model="retail.price.change",
            values={"approval_state": "approved"},
            record=lambda case: case.change((case.product(100.0), 150.0)),
            create=lambda case: {"name": "By hand"},
            user=lambda case: case.editor,
            proper=lambda case, record: case.approve(record),
            buttons=CHANGE_BUTTONS,
            ways={**OUTSIDE, **NO_ARCHIVE},
            refused_anyway={"other_company": "the record rule of price changes"},
        ),
        Guard(
            name="price_changed_after_approval",
            model="retail.price.change.line",
            values={"new_price": 1.0},
            record=lambda case: case.scheduled((case.product(100.0), 150.0)).line_ids,
            user=lambda case: case.editor,
            proper=lambda case, record: record.change_id._approval_reopen("x") or record.write({"new_price": 1.0}),
            ways={
                **OUTSIDE,
                **NO_ARCHIVE,
                "create": "a new line of what is approved is refused, see test_changes",
                "button": "lines have no buttons",
            },
            refused_anyway={"other_company": "the record rule of changed prices"},
        ),
        Guard(
            name="reward_of_a_running_promotion",
            model="coupon.reward",
            values={"discount_percentage": 77.0},
            record=lambda case: case.approve(case.promotion()).reward_id,
            user=lambda case: case.editor,
            proper=lambda case, record: case.changed_promotion(case.program_of(record), 77.0),
            ways={**OUTSIDE, **NO_ARCHIVE, "create": "a new one is of no program", "button": "it has no buttons"},
        ),
        Guard(
            name="condition_of_a_running_promotion",
            model="coupon.rule",
            values={"rule_min_quantity": 7},
            record=lambda case: case.approve(case.promotion()).rule_id,
            user=lambda case: case.editor,
            proper=lambda case, record: case.with_another_condition(case.program_of(record)),
            ways={
                **OUTSIDE,
                **NO_ARCHIVE,
                "create": "a new one is of no program",
                "button": "it has no buttons",
                "multi_record": "core computes what it says of one condition, and fails with several",
            },
        ),
        Guard(
            name="cost_past_the_product",
            model="ir.property",
            values={"value_float": 12.0},
            record=lambda case: case.cost_property(),
            user=lambda case: case.env.ref("base.user_admin"),
            proper=lambda case, record: case.approve(
                case.change(case.cost_line(case.product_of(record), 12.0)), case.finance
            ),
            ways={
                **OUTSIDE,
                **NO_ARCHIVE,
                "create": "a product's first cost makes its property",
                "button": "properties have no buttons",
                "other_company": "each company has a cost of its own, see test_costs",
            },
        ),
        Guard(
            name="unit_that_prices_are_for",
            model="uom.uom",
            values={"factor": 0.5},
            record=lambda case: case.unit_in_use(),
            user=lambda case: case.editor,
            # There is none: another size is another unit. This shows that the cells would see one.
            proper=lambda case, record: passing(record).write({"factor": 0.5}),
            ways={**OUTSIDE, "create": "a new unit has no prices", "button": "units have no buttons"},
        ),
        Guard(
            name="what_a_rule_was_before",
            model="retail.price.change.item",
            values={"old_values": "{}"},
            record=lambda case: (
                case.rule_change(product_tmpl_id=case.product(100.0).id, fixed_price=80.0).item_ids
            ),
            create=lambda case: {
                "change_id": case.change((case.product(100.0), 150.0)).id,
                "pricelist_id": case.pricelist.id,
            },
            user=lambda case: case.editor,
            # The process itself, which writes what it finds.
            proper=lambda case, record: passing(record).write({"old_values": "{}"}),
            ways={**OUTSIDE, **NO_ARCHIVE, "button": "items have no buttons"},
            refused_anyway={"other_company": "the record rule of changed prices"},
        ),
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # So that nothing but the guard is in the administrator's way.
        cls.env.ref("base.user_admin").groups_id += cls.env.ref("retail_price_governance.group_price_editor")
        cls.ruled, cls.chief = cls.with_a_rule("Staff"), cls.chief_of_prices()
        CHOSEN["property_product_pricelist"] = cls.ruled.id

    def edit_on_the_website(self, product):
        """What its editor sends for a price that somebody wrote over on the page."""
        if "website" not in self.env:
            self.skipTest("this shop has no website")
        where = f'data-oe-model="product.template" data-oe-id="{product.id}" data-oe-field="list_price"'
        edited = html.fromstring(f'<span {where} data-oe-type="float">70.00</span>')
        self.env["ir.ui.view"].with_user(self.editor).save_embedded_field(edited)

    def variant_with_another_price(self, variant, by_default=False):
        values = {"product_tmpl_id": variant.product_tmpl_id.id, "active": False}
        variants = self.env["product.product"].with_user(self.editor)
        if by_default:
            variants.with_context(default_lst_price=70.0).create(values)
        else:
            variants.create({**values, "lst_price": 70.0})

    def saved_at_a_till(self, partner):
        """What the page of a till sends when a cashier has edited a customer."""
        if "pos.config" not in self.env:
            self.skipTest("this shop has no tills")
        partner.with_user(self.editor).create_from_ui({"id": partner.id, **CHOSEN})

    def choice(self):
        attribute = self.env["product.attribute"].create({"name": "Size", "create_variant": "no_variant"})
        values = self.env["product.attribute.value"].create(
            [{"name": name, "attribute_id": attribute.id} for name in ("S", "L")]
        )
        line = {"attribute_id": attribute.id, "value_ids": [(6, 0, values.ids)]}
        return self.product(
            100.0, attribute_line_ids=[(0, 0, line)]
        ).attribute_line_ids.product_template_value_ids[0]

    def extra_line(self, choice, price):
        return {
            "kind": "extra",
            "product_tmpl_id": choice.product_tmpl_id.id,
            "value_id": choice.id,
            "new_price": price,
        }

    def cost_line(self, variant, price):
        return {
            "kind": "cost",
            "product_tmpl_id": variant.product_tmpl_id.id,
            "product_id": variant.id,
            "new_price": price,
        }

    def pricelist_rule(self, own=False):
        if own:
            self.pricelist = self.env["product.pricelist"].create({"name": "Own"})
        change = self.rule_change(product_tmpl_id=self.product(100.0).id, fixed_price=80.0)
        return self.approve(change).item_ids.rule_id

    def emptied(self, pricelist):
        rule = pricelist.item_ids
        change = self.rule_change(
            action="remove", rule_id=rule.id, pricelist_id=pricelist.id, product_tmpl_id=rule.product_tmpl_id.id
        )
        self.approve(change)
        return pricelist

    def promotion(self):
        values = {"name": "Autumn", "program_type": "promotion_program", "promo_code_usage": "no_code_needed"}
        return self.env["coupon.program"].with_user(self.editor).create(values)

    def changed_promotion(self, program, percentage):
        program.with_user(self.editor).toggle_active()
        program.with_user(self.editor).write({"discount_percentage": percentage})
        self.approve(program)

    def program_of(self, terms):
        return terms._programs()

    def with_another_condition(self, program):
        program.with_user(self.editor).toggle_active()
        program.with_user(self.editor).write({"rule_min_quantity": 7})
        self.approve(program)

    def cost_property(self):
        variant = self.product(100.0, cost=50.0).product_variant_id
        return self.env["ir.property"].search([("res_id", "=", f"product.product,{variant.id}")])

    def product_of(self, cost):
        return self.env["product.product"].browse(int(cost.res_id.partition(",")[2]))

    def unit_in_use(self):
        category = self.env["uom.category"].create({"name": "Boxes"})
        units = self.env["uom.uom"].create(
            [
                {"name": "Box", "category_id": category.id, "uom_type": "reference"},
                {"name": "Pallet", "category_id": category.id, "uom_type": "bigger", "factor_inv": 10.0},
            ]
        )
        self.product(100.0, uom_id=units[1].id, uom_po_id=units[1].id)
        return units[1]
