"""A steward who makes products, and somebody who approves them."""

from itertools import count

from odoo.tests import SavepointCase, new_test_user
from stdnum import ean

_numbers = count(1)


def new_barcode():
    """A valid GTIN-13 in the range that GS1 leaves to shops."""
    body = f"29{next(_numbers):010d}"
    return body + ean.calc_check_digit(body)


class ProductCase(SavepointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rights = "sales_team.group_sale_manager,purchase.group_purchase_manager"
        cls.steward = new_test_user(cls.env, "a_steward", groups=f"base.group_user,{rights}")
        cls.approver = new_test_user(cls.env, "an_approver", groups="base.group_user")
        cls.approver.groups_id += cls.env.ref("retail_product_governance.group_product_approver")
        cls.policy = new_test_user(
            cls.env, "a_policy", groups=f"base.group_user,{rights},retail_base.group_policy"
        )
        cls.vendor = cls.env["res.partner"].create({"name": "Nordlicht"})
        cls.customer = cls.env["res.partner"].create({"name": "Ana"})
        cls.category = cls.new_category("Lamps")
        company = cls.env.company
        taxes = [cls.new_tax(kind) for kind in ("sale", "purchase")]
        company.account_sale_tax_id, company.account_purchase_tax_id = taxes

    @classmethod
    def new_category(cls, name, **values):
        above = cls.env.ref("product.product_category_all").id
        policy = cls.env.ref("retail_product_governance.return_policy_30").id
        return cls.env["product.category"].create(
            {"name": name, "parent_id": above, "return_policy_id": policy, **values}
        )

    @classmethod
    def new_tax(cls, kind, amount=20.0):
        name = f"{kind} {amount} {next(_numbers)}"
        return cls.env["account.tax"].create({"name": name, "type_tax_use": kind, "amount": amount})

    def values(self, **values):
        """What a product needs to be submitted."""
        return {
            "name": "Lamp",
            "type": "consu",
            "categ_id": self.category.id,
            "list_price": 40.0,
            "barcode": new_barcode(),
            "seller_ids": [(0, 0, {"name": self.vendor.id, "price": 20.0})],
            **values,
        }

    def draft(self, **values):
        return self.env["product.template"].with_user(self.steward).create(self.values(**values))

    def approve(self, document):
        document.with_user(self.steward).action_approval_submit()
        document.with_user(self.approver).action_approval_approve()

    def approved(self, **values):
        product = self.draft(**values)
        self.approve(product)
        return product

    def invoice_values(self, product):
        line = {"product_id": product.product_variant_id.id, "quantity": 1, "price_unit": 40.0}
        lines = [(0, 0, line)]
        return {"move_type": "out_invoice", "partner_id": self.customer.id, "invoice_line_ids": lines}

    def invoice(self, product, **values):
        """The draft of an invoice that somebody writes by hand."""
        return self.env["account.move"].create({**self.invoice_values(product), **values})

    def changed(self, product, **values):
        """The open change that writing these values leads to."""
        product.with_user(self.steward).write(values)
        return product.open_change_id


class OrdersMixin:
    """Quotations of one piece."""

    def sale(self, product):
        line = {"product_id": product.product_variant_id.id, "product_uom_qty": 1}
        return self.env["sale.order"].create({"partner_id": self.customer.id, "order_line": [(0, 0, line)]})

    def purchase(self, product):
        line = {"product_id": product.product_variant_id.id, "name": "Lamp", "product_qty": 1, "price_unit": 20}
        line.update(product_uom=product.uom_id.id, date_planned="2030-01-01")
        return self.env["purchase.order"].create({"partner_id": self.vendor.id, "order_line": [(0, 0, line)]})
