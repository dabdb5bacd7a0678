from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.tests import tagged

from .common import ProductCase

BUTTONS = (
    "action_approval_submit",
    "action_approval_approve",
    "action_approval_withdraw",
    "action_take_out_of_sale",
)
OUTSIDE = {
    "pos": "a till sends orders, never products; what it may sell is tested in retail_product_governance_pos",
    "website": "publishing is a channel of its own, tested in retail_product_governance_website",
    "mail_gateway": "no alias makes or changes products",
}


@tagged("post_install", "-at_install")
class TestGuards(ProductCase, GuardTable):
    guards = (
        Guard(
            name="sold_before_approval",
            model="product.template",
            values={"sale_ok": True},
            record=lambda case: case.draft(),
            create=lambda case: {"name": "Bulb", "categ_id": case.category.id},
            user=lambda case: case.steward,
            proper=lambda case, record: case.approve(record),
            buttons=BUTTONS,
            ways=OUTSIDE,
        ),
        Guard(
            name="bought_before_approval",
            model="product.template",
            values={"purchase_ok": True},
            record=lambda case: case.draft(),
            create=lambda case: {"name": "Bulb", "categ_id": case.category.id},
            user=lambda case: case.steward,
            proper=lambda case, record: case.approve(record),
            buttons=BUTTONS,
            ways=OUTSIDE,
        ),
        Guard(
            name="approved_by_hand",
            model="product.template",
            values={"approval_state": "approved"},
            record=lambda case: case.draft(),
            create=lambda case: {"name": "Bulb", "categ_id": case.category.id},
            user=lambda case: case.steward,
            proper=lambda case, record: case.approve(record),
            buttons=BUTTONS,
            ways=OUTSIDE,
        ),
        Guard(
            name="sold_through_the_variant",
            model="product.product",
            values={"sale_ok": True},
            record=lambda case: case.draft().product_variant_id,
            create=lambda case: {"name": "Bulb"},
            user=lambda case: case.steward,
            proper=lambda case, record: case.approve(record.product_tmpl_id),
            ways={**OUTSIDE, "button": "the buttons are those of the product"},
        ),
        Guard(
            name="changed_after_approval",
            model="product.template",
            values={"type": "service"},
            record=lambda case: case.approved(),
            user=lambda case: case.steward,
            proper=lambda case, record: (
                case.changed(record, type="service").with_user(case.approver).action_approval_approve()
            ),
            buttons=BUTTONS,
            ways={**OUTSIDE, "create": "a new product is not approved, so it may be of any type"},
        ),
        Guard(
            name="another_channel_without_approval",
            model="product.template",
            values={"allow_sale": True},
            record=lambda case: case.approved(sale_ok=False),
            user=lambda case: case.steward,
            proper=lambda case, record: (
                case.changed(record, allow_sale=True).with_user(case.approver).action_approval_approve()
            ),
            buttons=BUTTONS,
            ways={**OUTSIDE, "create": "a new product asks for channels, and is in none"},
        ),
        Guard(
            name="vendor_without_approval",
            model="product.supplierinfo",
            values={"approval_pending": False},
            record=lambda case: case.waiting_vendor(),
            user=lambda case: case.steward,
            proper=lambda case, record: record.product_tmpl_id.open_change_id.with_user(
                case.approver
            ).action_approval_approve(),
            ways={
                **OUTSIDE,
                "create": "a new one waits, see test_vendors",
                "button": "vendors have no buttons",
                "archived": "vendors cannot be archived",
            },
            refused_anyway={"other_company": "the record rule of vendors"},
        ),
        Guard(
            name="category_exempted",
            model="product.category",
            values={"approval_exempt": True},
            record=lambda case: case.new_category("Sofas"),
            create=lambda case: {"name": "Beds"},
            user=lambda case: case.steward,
            proper=lambda case, record: record.with_user(case.policy).write({"approval_exempt": True}),
            ways={
                **OUTSIDE,
                "button": "categories have no buttons",
                "archived": "categories cannot be archived",
            },
        ),
    )

    def waiting_vendor(self):
        product = self.approved()
        line = {"name": self.customer.id, "product_tmpl_id": product.id}
        return self.env["product.supplierinfo"].create(line)
