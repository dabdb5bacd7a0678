from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import OrdersMixin, ProductCase

BUTTONS = (
    "action_approval_submit",
    "action_approval_approve",
    "action_approval_withdraw",
    "action_take_out_of_sale",
)
POSTED = "core makes no entry that is posted from the start"
OUTSIDE = {
    "pos": "a till sends orders, never products; what it may sell is tested in retail_product_governance_pos",
    "website": "publishing is a channel of its own, tested in retail_product_governance_website",
    "mail_gateway": "no alias makes or changes products",
}

NO_RIGHT = "nobody has the right to write changes; only the product does"


def import_as_posted(case, record):
    """A file with the number of the draft; a new invoice has lines, which a file does not hold in one column."""
    moves = case.env["account.move"].with_user(case.accountant)
    messages = moves.load([".id", "state"], [[str(record.id), "posted"]])["messages"]
    if messages:
        raise UserError("\n".join(message["message"] for message in messages))


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
            name="paid_before_it_is_received",
            model="product.template",
            values={"purchase_method": "purchase"},
            record=lambda case: case.approved(purchase_method="receive"),
            user=lambda case: case.steward,
            proper=lambda case, record: (
                case.changed(record, purchase_method="purchase").with_user(case.approver).action_approval_approve()
            ),
            buttons=BUTTONS,
            ways={**OUTSIDE, "create": "a new product is not approved, so it may say what it likes"},
        ),
        Guard(
            name="paid_before_it_is_received_by_the_variant",
            model="product.product",
            values={"purchase_method": "purchase"},
            record=lambda case: case.approved(purchase_method="receive").product_variant_id,
            user=lambda case: case.steward,
            proper=lambda case, record: (
                case.changed(record.product_tmpl_id, purchase_method="purchase")
                .with_user(case.approver)
                .action_approval_approve()
            ),
            ways={
                **OUTSIDE,
                "button": "the buttons are those of the product",
                "create": "a new product is not approved, so it may say what it likes",
            },
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
        Guard(
            name="invoiced_before_approval",
            model="account.move",
            values={"state": "posted"},
            record=lambda case: case.invoice(case.draft()),
            create=lambda case: case.invoice_values(case.draft()),
            user=lambda case: case.accountant,
            proper=lambda case, record: case.approved_and_posted(record),
            buttons=("action_post",),
            ways={
                "pos": "invoices of tills are tested in retail_product_governance_pos",
                "website": "the website makes orders, and invoices of orders",
                "mail_gateway": "an alias makes drafts of bills and invoices without products",
                "archived": "invoices cannot be archived",
                "import": import_as_posted,
            },
            refused_anyway={
                "create": POSTED,
                "other_company": "the record rules of companies close it",
            },
        ),
        Guard(
            name="attribute_of_what_is_made_to_order",
            model="product.template.attribute.line",
            values=lambda case: {"value_ids": [(4, case.colour.value_ids[2].id)]},
            record=lambda case: case.made_to_order().attribute_line_ids,
            user=lambda case: case.steward,
            proper=lambda case, record: (
                record.product_tmpl_id.with_user(case.steward).action_take_out_of_sale(),
                record.with_user(case.steward).write({"value_ids": [(4, case.colour.value_ids[2].id)]}),
            ),
            ways={
                **OUTSIDE,
                "button": "attributes have no buttons",
                "create": "another attribute has other values: test_variants.py",
            },
        ),
        Guard(
            name="change_approved_by_hand",
            model="retail.product.change",
            values={"approval_state": "approved"},
            record=lambda case: case.changed(case.approved(), type="service"),
            user=lambda case: case.steward,
            proper=lambda case, record: record.with_user(case.approver).action_approval_approve(),
            buttons=("action_approval_submit", "action_approval_approve", "action_approval_withdraw"),
            ways={**OUTSIDE, "create": "a change comes about by writing to its product, and nobody has the right"},
            refused_anyway=dict.fromkeys(
                (
                    "rpc_write",
                    "import",
                    "context_key",
                    "server_action",
                    "multi_record",
                    "archived",
                    "other_company",
                ),
                NO_RIGHT,
            ),
        ),
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = new_test_user(cls.env, "an_accountant", groups="account.group_account_manager")
        cls.colour = cls.new_attribute("Colour", "dynamic")

    def approved_and_posted(self, invoice):
        self.approve(invoice.invoice_line_ids.product_id.product_tmpl_id)
        invoice.with_user(self.accountant).action_post()

    def waiting_vendor(self):
        product = self.approved()
        line = {"name": self.customer.id, "product_tmpl_id": product.id}
        return self.env["product.supplierinfo"].create(line)

    @classmethod
    def new_attribute(cls, name, create_variant):
        values = [(0, 0, {"name": value}) for value in ("Red", "Blue", "Green")]
        return cls.env["product.attribute"].create(
            {"name": name, "create_variant": create_variant, "value_ids": values}
        )

    def made_to_order(self):
        line = {"attribute_id": self.colour.id, "value_ids": [(6, 0, self.colour.value_ids[:2].ids)]}
        return self.approved(attribute_line_ids=[(0, 0, line)], barcode=False)


ORDERS = {
    "pos": "a till makes no such orders",
    "website": "a visitor's cart: retail_product_governance_website",
    "mail_gateway": "no alias makes or confirms orders",
    "archived": "it cannot be archived",
}
COMPANIES = {"other_company": "the record rules of companies close it"}


def binding(model, state, order, *buttons):
    """A row of an order that would bind with a product that is not approved."""
    return Guard(
        name=f"{model.replace('.', '_')}_with_what_nobody_approved",
        model=model,
        values={"state": state},
        record=order,
        user=lambda case: case.steward,
        proper=lambda case, record: (case.approve(case.unseen), getattr(record, buttons[0])()),
        buttons=buttons,
        ways={
            **ORDERS,
            "create": "an order that begins as confirmed has no lines yet: each is looked at, as below",
        },
        refused_anyway=COMPANIES,
    )


def smuggled(model, line):
    """A row of a line of an order that binds, which would be of a product that is not approved."""
    return Guard(
        name=f"{model.replace('.', '_')}_of_what_nobody_approved",
        model=model,
        values=lambda case: {"product_id": case.unseen.product_variant_id.id},
        record=line,
        user=lambda case: case.steward,
        proper=lambda case, record: (
            case.approve(case.unseen),
            record.write({"product_id": case.unseen.product_variant_id.id}),
        ),
        ways={
            **ORDERS,
            "button": "lines have no buttons",
            "create": lambda case, record: record.copy(
                {"order_id": record.order_id.id, "product_id": case.unseen.product_variant_id.id}
            ),
            **dict.fromkeys(("context_default", "own_default"), "a line always says of which product it is"),
        },
        refused_anyway=COMPANIES,
    )


@tagged("post_install", "-at_install")
class TestOrderGuards(OrdersMixin, ProductCase, GuardTable):
    guards = (
        binding("sale.order", "sale", lambda case: case.sale(case.unseen), "action_confirm", "action_done"),
        binding(
            "purchase.order",
            "purchase",
            lambda case: case.purchase(case.unseen),
            "button_confirm",
            "button_approve",
            "button_done",
        ),
        smuggled("sale.order.line", lambda case: case.confirmed_sale().order_line),
        smuggled("purchase.order.line", lambda case: case.confirmed_purchase().order_line),
    )

    def setUp(self):
        super().setUp()
        self.unseen = self.draft(name="Unseen")

    def confirmed_sale(self):
        order = self.sale(self.approved())
        order.action_confirm()
        return order

    def confirmed_purchase(self):
        order = self.purchase(self.approved())
        order.button_confirm()
        return order
