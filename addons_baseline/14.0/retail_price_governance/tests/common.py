"""Somebody who proposes prices, a price manager, and finance."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.retail_base import guard
from odoo.addons.retail_base.tests.products import sellable
from odoo.tests import SavepointCase, new_test_user


class PriceCase(SavepointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rights = "sales_team.group_sale_manager,stock.group_stock_manager,account.group_account_manager"
        editor = "retail_price_governance.group_price_editor"
        cls.editor = new_test_user(cls.env, "an_editor", groups=f"base.group_user,{rights},{editor}")
        cls.manager = cls.person("a_manager", "group_price_manager")
        cls.finance = cls.person("a_controller", "group_price_finance")
        above = cls.env.ref("product.product_category_all")
        cls.category = cls.env["product.category"].create({"name": "Lamps", "parent_id": above.id})
        cls.rule = cls.env["retail.price.rule"].create(
            {"categ_id": cls.category.id, "max_change": 10.0, "min_margin": 20.0, "days": 0}
        )
        cls.pricelist = cls.env["product.pricelist"].create({"name": "Club"})
        if "retail.duty.conflict" in cls.env:
            # Some tests give one person both duties, which roles would refuse.
            cls.env["retail.duty.conflict"].search([]).write({"active": False})
        # What happens to be there has no rule of its own.
        cls.env["retail.price.rule"].search([("id", "!=", cls.rule.id)]).write({"active": False})

    @classmethod
    def person(cls, login, group):
        user = new_test_user(cls.env, login, groups="base.group_user")
        user.groups_id += cls.env.ref(f"retail_price_governance.{group}")
        return user

    @classmethod
    def with_a_rule(cls, name):
        """A pricelist at which everything costs half."""
        rule = {"applied_on": "3_global", "compute_price": "percentage", "percent_price": 50.0}
        values = {"name": name, "item_ids": [(0, 0, rule)]}
        made = guard.passing(cls.env["product.pricelist"]).create(values)
        return cls.env["product.pricelist"].browse(made.id)

    @classmethod
    def chief_of_prices(cls):
        """A price manager who also may edit customers and pricelists."""
        chief = cls.person("a_chief", "group_price_manager")
        chief.groups_id += cls.env.ref("sales_team.group_sale_manager") + cls.env.ref("base.group_partner_manager")
        return chief

    def product(self, price=100.0, cost=None, **values):
        """A product that is sold, and has been for a day; it costs half of its price."""
        template = self.env["product.template"].create(
            {
                "name": "Lamp",
                "type": "product",
                "categ_id": self.category.id,
                "list_price": price,
                "taxes_id": False,
                **values,
            }
        )
        template.product_variant_ids.write({"standard_price": price / 2 if cost is None else cost})
        sellable(template)
        self.age(template)
        return template

    def age(self, templates):
        """What was made in this transaction has its first price still to come."""
        self.env["base"].flush()
        self.cr.execute(
            "UPDATE product_template SET create_date = create_date - interval '1 day' WHERE id IN %s",
            (templates._ids,),
        )
        templates.invalidate_cache()

    def change(self, *lines, **values):
        """A draft; each line is (product, new price) or the values of a line."""
        commands = [
            (0, 0, each if isinstance(each, dict) else {"product_tmpl_id": each[0].id, "new_price": each[1]})
            for each in lines
        ]
        changes = self.env["retail.price.change"].with_user(self.editor)
        return changes.create({"name": "Because", "line_ids": commands, **values})

    def rule_change(self, **values):
        """A draft with one pricelist rule."""
        item = {"pricelist_id": self.pricelist.id, "applied_on": "1_product", "compute_price": "fixed", **values}
        changes = self.env["retail.price.change"].with_user(self.editor)
        return changes.create({"name": "Because", "item_ids": [(0, 0, item)]})

    def submit(self, change):
        change.with_user(self.editor).action_approval_submit()
        return change

    def approve(self, change, *people):
        self.submit(change)
        for person in people or (self.manager,):
            if change.approval_state == "pending":
                change.with_user(person).action_approval_approve()
        return change

    def scheduled(self, *lines, people=None, **values):
        """Approved for the day after tomorrow."""
        day = fields.Date.today() + timedelta(days=2)
        return self.approve(self.change(*lines, day=day, **values), *(people or (self.manager,)))

    @contextmanager
    def later(self, days=3):
        """So many days from now."""
        moment = fields.Datetime.add(fields.Datetime.now(), days=days)
        with patch.object(fields.Datetime, "now", lambda: moment):
            yield
