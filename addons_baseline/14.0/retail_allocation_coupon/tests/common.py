"""Lamps that become cheaper, and who decides about that."""

from odoo.addons.retail_allocation.tests.common import AllocationCase
from odoo.tests import Form, new_test_user


class PromotionCase(AllocationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.programs = cls.env["coupon.program"]
        cls.programs.search([]).write({"active": False})
        cls.web.warehouse_ids = cls.warehouse
        cls.manager = new_test_user(cls.env, "test_sales", groups="sales_team.group_sale_manager")
        cls.second = new_test_user(cls.env, "test_second")
        cls.second.groups_id += cls.env.ref("retail_allocation.group_promotion_approver")

    def program(self, **values):
        """Lamps at half price in the web shop, made by the manager."""
        return self.programs.with_user(self.manager).create({**self.values(), **values})

    def values(self):
        return {
            "name": "Half price",
            "program_type": "promotion_program",
            "promo_code_usage": "no_code_needed",
            "reward_type": "discount",
            "discount_type": "percentage",
            "discount_percentage": 50,
            "discount_apply_on": "specific_products",
            "discount_specific_product_ids": [(6, 0, self.lamp.ids)],
            "promotion_channel_ids": [(6, 0, self.web.ids)],
        }

    def need(self, program, quantity, **values):
        values = {"res_model": "coupon.program", "res_id": program.id, "quantity": quantity, **values}
        need = self.env["retail.promotion.need"].with_user(self.manager).create(values)
        program.invalidate_cache()
        return need

    def started(self, **values):
        self.stock(5)
        program = self.program(**values)
        program.action_promotion_start()
        return program

    def asked(self, program, reason="Printed in the newspaper"):
        """To start it regardless, as the form does it that the button opens."""
        action = program.action_promotion_start_regardless()
        form = Form(self.env[action["res_model"]].with_user(self.manager).with_context(**action["context"]))
        form.reason = reason
        return form.save()

    def submitted(self, program, **values):
        override = self.asked(program, **values)
        override.action_approval_submit()
        return override

    def price(self, code=None):
        """Of a lamp in an order of the web shop."""
        order = self.order(1)
        order.order_line.tax_id = False
        if code:
            self.env["sale.coupon.apply.code"].apply_coupon(order, code)
        order.recompute_coupon_lines()
        return order.amount_total
