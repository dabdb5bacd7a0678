"""Two stores, two categories, a vendor and the people, with nothing that asks for an approval yet."""

from odoo import fields
from odoo.tests import SavepointCase, new_test_user


class PurchaseCase(SavepointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        cls.orders = cls.env["purchase.order"]
        cls.rules = cls.env["retail.purchase.rule"]
        cls.rules.search([]).active = False
        cls.budgets = cls.env["retail.purchase.budget"]
        cls.garden = cls.category("Garden")
        cls.benches = cls.category("Benches", parent_id=cls.garden.id)
        cls.toys = cls.category("Toys")
        cls.bench = cls.product("Bench", cls.benches)
        cls.kite = cls.product("Kite", cls.toys)
        cls.vendor = cls.env["res.partner"].create({"name": "Garden Works"})
        cls.north = cls.env["stock.warehouse"].create({"name": "North", "code": "NOR"})
        cls.south = cls.env["stock.warehouse"].create({"name": "South", "code": "SOU"})
        cls.approvers = cls.env.ref("retail_purchase_governance.group_purchase_approver")
        cls.buyer = new_test_user(cls.env, "test_buyer", groups="purchase.group_purchase_user")
        cls.manager = new_test_user(cls.env, "test_manager", groups="purchase.group_purchase_manager")
        cls.head = new_test_user(cls.env, "test_head")
        cls.head.groups_id += cls.approvers
        cls.policy = new_test_user(cls.env, "test_policy", groups="base.group_user,retail_base.group_policy")

    @classmethod
    def category(cls, name, **values):
        return cls.env["product.category"].create({"name": name, **values})

    @classmethod
    def product(cls, name, category):
        values = {"name": name, "type": "product", "categ_id": category.id, "purchase_method": "receive"}
        return cls.env["product.product"].create(values)

    def rule(self, **values):
        values = {"name": "Rule", "group_id": self.approvers.id, **values}
        return self.rules.with_user(self.policy).create(values)

    def budget(self, amount, **values):
        period = {"date_from": "2030-03-01", "date_to": "2030-05-31"}
        return self.budgets.create({"categ_id": self.garden.id, "amount": amount, **period, **values})

    def values(self, product=None, quantity=10, price=10.0, arrival="2030-04-01 12:00:00"):
        product = product or self.bench
        return {
            "name": product.name,
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_qty": quantity,
            "price_unit": price,
            "date_planned": fields.Datetime.to_datetime(arrival),
            "taxes_id": [(5, 0, 0)],
        }

    def order(self, *lines, user=None, **values):
        """Without lines: ten benches for 100."""
        user = user or self.buyer
        return self.orders.with_user(user).create(
            {
                "partner_id": self.vendor.id,
                "picking_type_id": self.north.in_type_id.id,
                "user_id": user.id,
                "order_line": [(0, 0, line) for line in lines or (self.values(),)],
                **values,
            }
        )

    def confirmed(self, *lines, **values):
        order = self.order(*lines, **values)
        order.button_confirm()
        self.assertEqual(order.state, "purchase")
        return order

    def approve(self, order):
        order.button_confirm()
        self.assertEqual((order.state, order.approval_state), ("to approve", "pending"))
        order.with_user(self.head).button_approve()
