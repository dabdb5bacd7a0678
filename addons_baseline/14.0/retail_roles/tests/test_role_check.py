from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import StoresCase


@tagged("post_install", "-at_install")
class TestRoleCheck(StoresCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.env.ref("base.user_admin")
        alone = cls.env.ref("retail_base.group_break_glass")
        cls.duty = cls.env["res.users.role"].create({"name": "T duty", "implied_ids": [(4, alone.id)]})
        cls.buying = cls.env.ref("retail_roles.role_buyer")

    def line(self, role):
        return {"role_line_ids": [(0, 0, {"role_id": role.id})]}

    def refused(self, sentence, attempt):
        with self.assertRaisesRegex(UserError, sentence), self.cr.savepoint():
            attempt()
        self.env.cache.invalidate()

    def test_no_role_takes_administration_away(self):
        lines = self.env["res.users.role.line"]
        roles = self.env["res.users.role"].with_user(self.admin)
        member = {"line_ids": [(0, 0, {"user_id": self.admin.id})]}
        ways = {
            "the user": lambda: self.admin.with_user(self.admin).write(self.line(self.duty)),
            "a role that lets log in": lambda: self.admin.write(self.line(self.buying)),
            "the role": lambda: roles.browse(self.duty.id).write(member),
            "a new role": lambda: roles.create({"name": "New", **member}),
            "a line": lambda: lines.create({"user_id": self.admin.id, "role_id": self.duty.id}),
            "a line that is moved": lambda: self.buyer.role_line_ids.write({"user_id": self.admin.id}),
        }
        for name, way in ways.items():
            with self.subTest(way=name):
                self.refused("has Administration: Settings, which a role would take away", way)
                self.assertTrue(self.admin.has_group("base.group_system"))

    def test_administration_by_a_role_goes_with_it(self):
        settings = self.env.ref("base.group_system")
        role = self.env["res.users.role"].create({"name": "T admin", "implied_ids": [(4, settings.id)]})
        service, web = (self.env.ref(f"retail_roles.role_{name}") for name in ("customer_service", "ecommerce"))
        self.admin.groups_id = self.env.ref("base.group_user")
        self.admin.write(self.line(role))
        self.admin.write(self.line(service))
        self.assertTrue(self.admin.has_group("base.group_system"))
        self.admin.write({"role_line_ids": [(1, self.admin.role_line_ids[0].id, {"role_id": web.id})]})
        self.assertFalse(self.admin.has_group("base.group_system"))
        self.assertTrue(self.admin.has_group("retail_roles.group_ecommerce"))

    def test_nobody_is_left_with_duties_alone(self):
        users = self.env["res.users"]
        new = {"name": "New", "login": "t-new"}
        plain = users.create({"name": "Plain", "login": "t-plain"})
        both = users.create({"name": "Both", "login": "t-both", **self.line(self.buying)})
        both.write(self.line(self.duty))
        first = both.role_line_ids.filtered(lambda line: line.role_id == self.buying)
        ways = {
            "a new user": lambda: users.create({**new, **self.line(self.duty)}),
            "the user": lambda: plain.write(self.line(self.duty)),
            "the role": lambda: self.duty.write({"line_ids": [(0, 0, {"user_id": plain.id})]}),
            "the role that was beside it": lambda: both.write({"role_line_ids": [(2, first.id)]}),
        }
        for name, way in ways.items():
            with self.subTest(way=name):
                self.refused("give a role as well", way)
        self.assertTrue(plain.has_group("base.group_user"))
        service = self.env.ref("retail_roles.role_customer_service")
        both.write({"role_line_ids": [(2, first.id), (0, 0, {"role_id": service.id})]})
        self.assertTrue(both.has_group("base.group_user"))
        both.write({"password": "a-first-one"})
        both.role_line_ids.unlink()
        self.assertFalse(both.has_group("base.group_user"))
