from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import StoresCase


@tagged("post_install", "-at_install")
class TestRoleCheck(StoresCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.env.ref("base.user_admin")
        alone = cls.env.ref("retail_base.group_break_glass")
        cls.duty = cls.env["res.users.role"].create({"name": "T duty", "implied_ids": [(4, alone.id)]})
        cls.policy = cls.duty.copy({"name": "T another duty"})
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
            "a line that begins another day": lambda: lines.create(
                {"user_id": self.admin.id, "role_id": self.role_of_settings().id, "date_from": "2999-01-01"}
            ),
        }
        for name, way in ways.items():
            with self.subTest(way=name):
                self.refused("has Administration: Settings, which a role would take away", way)
                self.assertTrue(self.admin.has_group("base.group_system"))

    def role_of_settings(self):
        settings = self.env.ref("base.group_system")
        return self.env["res.users.role"].create({"name": "T admin", "implied_ids": [(4, settings.id)]})

    def days(self, number):
        return fields.Date.today() + timedelta(days=number)

    def only_administrator(self, **line):
        """Somebody whose role gives Administration: Settings, and who is the last to have it."""
        role, settings = self.role_of_settings(), self.env.ref("base.group_system")
        only = self.env["res.users"].create(
            {"name": "Only", "login": "t-only", "role_line_ids": [(0, 0, {"role_id": role.id, **line})]}
        )
        for user in settings.users.filtered("active") - only:
            user.groups_id = [(3, settings.id), (6, 0, self.env.ref("base.group_user").ids)]
        self.anew()
        self.assertEqual(settings.users.filtered("active"), only)
        return only

    def test_the_last_administrator_stays(self):
        only = self.only_administrator()
        line, web = only.role_line_ids, self.env.ref("retail_roles.role_ecommerce")
        ways = {
            "another role on the line": lambda: line.write({"role_id": web.id}),
            "the line ends": lambda: line.write({"date_to": self.days(-1)}),
            "the line is moved": lambda: line.write({"user_id": self.buyer.id, "role_id": web.id}),
            "no line any more": line.unlink,
            "the role is gone": line.role_id.unlink,
            "the user": lambda: only.write({"role_line_ids": [(1, line.id, {"role_id": web.id})]}),
            "the role gives less": lambda: line.role_id.write({"implied_ids": [(6, 0, web.group_id.ids)]}),
        }
        for name, way in ways.items():
            with self.subTest(way=name):
                self.refused("Nobody would have Administration: Settings", way)
                self.assertTrue(only.has_group("base.group_system"))
        new_test_user(self.env, "t-other-admin", groups="base.group_system")
        line.role_id = web
        self.assertFalse(only.has_group("base.group_system"))

    def later(self, days):
        """The job of so many days later."""
        lines = type(self.env["res.users.role.line"])
        day = self.days(days)

        def enabled(records):
            for line in records:
                line.is_enabled = (line.date_from or day) <= day <= (line.date_to or day)

        self.anew()
        with patch.object(lines, "_compute_is_enabled", enabled):
            with self.assertLogs("odoo.addons.retail_roles") as logs:
                self.env["res.users.role"].cron_update_users()
            self.anew()
        return "\n".join(logs.output)

    def test_a_role_that_ends_keeps_the_job_from_nothing(self):
        only = self.only_administrator(date_to=self.days(1))
        users, finance = self.env["res.users"], self.env.ref("retail_roles.role_finance_controller")
        last = {"role_id": self.buying.id, "date_to": self.days(1)}
        alone = users.create({"name": "Alone", "login": "t-alone", "role_line_ids": [(0, 0, last)]})
        alone.write(self.line(self.duty))
        both = users.create({"name": "Both", "login": "t-both", **self.line(self.buying)})
        both.write({"role_line_ids": [(0, 0, {"role_id": finance.id, "date_from": self.days(2)})]})
        late = users.create({"name": "Late", "login": "t-late", "role_line_ids": [(0, 0, last)]})
        logs = self.later(2)
        self.assertIn("The roles of t-only were not followed: Nobody would have Administration", logs)
        self.assertIn("The roles of t-both were not followed: Both cannot have both", logs)
        self.assertIn("A role has ended. Alone: give a role as well", logs)
        self.assertTrue(only.has_group("base.group_system"))
        self.assertFalse(both.has_group("retail_roles.group_finance_controller"))
        # What has ended gives nothing any more.
        self.assertFalse(alone.has_group("retail_roles.group_buyer"))
        self.assertFalse(late.has_group("retail_roles.group_buyer"))

    def test_administration_by_a_role_goes_with_it(self):
        new_test_user(self.env, "t-other-admin", groups="base.group_system")
        role = self.role_of_settings()
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
            "its line is removed": first.unlink,
            "its line becomes a duty": lambda: first.write({"role_id": self.policy.id}),
            "its line is moved": lambda: first.write({"user_id": plain.id}),
            "its line ends": lambda: first.write({"date_to": self.days(-1)}),
            "a line": lambda: self.env["res.users.role.line"].create(
                {"user_id": plain.id, "role_id": self.duty.id}
            ),
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
