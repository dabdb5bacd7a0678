from datetime import datetime

from odoo.addons.retail_base import guard
from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import WebCase

LONG_AGO = datetime(2020, 2, 2)  # noqa: DTZ001 # as Odoo keeps them

BUTTONS = (
    "website_publish_button",
    "action_approval_submit",
    "action_approval_approve",
    "action_approval_withdraw",
    "action_take_out_of_sale",
)


def publish(case, record):
    """The switch in the website's bar writes the other name of the flag."""
    record.with_user(case.designer).write({"website_published": True})


@tagged("post_install", "-at_install")
class TestGuards(WebCase, GuardTable):
    guards = (
        Guard(
            name="published_before_approval",
            model="product.template",
            values={"is_published": True},
            record=lambda case: case.draft(),
            create=lambda case: {"name": "Bulb", "categ_id": case.category.id},
            user=lambda case: case.designer,
            proper=lambda case, record: case.approve(record),
            buttons=BUTTONS,
            ways={
                "pos": "a till publishes nothing",
                "website": publish,
                "mail_gateway": "no alias makes or changes products",
            },
        ),
        Guard(
            name="published_under_its_other_name",
            model="product.template",
            values={"website_published": True},
            record=lambda case: case.approved(is_published=False),
            create=lambda case: {"name": "Bulb", "categ_id": case.category.id},
            user=lambda case: case.designer,
            proper=lambda case, record: (
                case.changed(record, allow_web=True).with_user(case.approver).action_approval_approve()
            ),
            buttons=BUTTONS,
            ways={
                "pos": "a till publishes nothing",
                "website": publish,
                "mail_gateway": "no alias makes or changes products",
            },
        ),
        Guard(
            name="paid_before_it_was_changed",
            model="sale.order.line",
            values={"changed_at": LONG_AGO},
            record=lambda case: case.cart(case.sold).order_line,
            create=lambda case: {
                "order_id": case.cart().id,
                "product_id": case.sold.product_variant_id.id,
            },
            user=lambda case: case.designer,
            # Changing the product says so by itself, but says now.
            proper=lambda case, record: guard.passing(record).write({"changed_at": LONG_AGO}),
            ways={
                "pos": "a till writes no orders",
                "website": "a visitor's cart takes products and quantities",
                "mail_gateway": "no alias makes or changes lines",
                "archived": "lines have no archive",
                "button": "lines have no buttons",
            },
            refused_anyway={"other_company": "the record rules of companies close it"},
        ),
    )

    def setUp(self):
        super().setUp()
        # While the guards hold, because a cell switches them off.
        self.sold = self.approved(name="Sold")

    def test_in_another_category_of_the_web_shop_by_approval(self):
        elsewhere = self.env["product.public.category"].create({"name": "Elsewhere"})
        product = self.approved()
        change = self.changed(product, public_categ_ids=[(6, 0, elsewhere.ids)])
        self.assertEqual(product.public_categ_ids, self.web_category)
        change.with_user(self.approver).action_approval_approve()
        self.assertEqual(product.public_categ_ids, elsewhere)

    def test_not_by_the_category_either(self):
        elsewhere = self.env["product.public.category"].with_user(self.designer).create({"name": "Elsewhere"})
        product = self.approved()
        for category, products in ((elsewhere, product), (self.web_category.with_user(self.designer), False)):
            with self.assertRaisesRegex(UserError, "Change its categories on the product"), self.cr.savepoint():
                category.product_tmpl_ids = products
        with self.assertRaisesRegex(UserError, "Change its categories on the product"), self.cr.savepoint():
            elsewhere.create({"name": "Further", "product_tmpl_ids": [(4, product.id)]})
        elsewhere.product_tmpl_ids = self.draft()
