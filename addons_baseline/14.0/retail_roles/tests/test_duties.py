from odoo.addons.retail_base.tests.at_once import AtOnceCase
from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.addons.retail_base.tests.ways import CONTEXT_KEYS
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import StoresCase

REFUSED = "cannot have both"
OUTSIDE = {
    "pos": "a till gives nobody groups",
    "website": "who signs up gets the groups of the portal",
    "mail_gateway": "no alias makes users",
}


@tagged("post_install", "-at_install")
class TestDuties(StoresCase, GuardTable):
    guards = (
        Guard(
            name="both_duties",
            model="res.users",
            values=lambda case: {"groups_id": [(4, case.billing.id)]},
            record=lambda case: case.new_buyer(),
            user=lambda case: case.admin,
            proper=lambda case, record: case.with_a_report(record),
            ways={
                **OUTSIDE,
                "create": lambda case, record: case.created_with_both(),
                "context_default": lambda case, record: case.created_with_both(by_default=True),
                "own_default": "a default names one value, and both groups are several",
                "button": "a user's buttons give no groups",
                "import": "its cell replaces the groups; one with both: test_no_way_gives_both",
            },
        ),
        Guard(
            name="role_of_a_line",
            model="res.users.role.line",
            values=lambda case: {"role_id": case.finance.id},
            record=lambda case: case.second_line(),
            create=lambda case: {"user_id": case.new_buyer_by_role().id},
            user=lambda case: case.admin,
            proper=lambda case, record: case.finance_with_a_report(record),
            ways={
                **OUTSIDE,
                "button": "a line has no buttons",
                "archived": "a line is archived with its user, whose row is above",
            },
        ),
    )

    def number(self):
        return self.env["res.users"].search_count([])

    def new_buyer(self):
        buyer = new_test_user(self.env, f"t-buyer-{self.number()}")
        buyer.groups_id += self.buyers
        return buyer

    def new_buyer_by_role(self):
        buying = self.env.ref("retail_roles.role_buyer")
        user = new_test_user(self.env, f"t-buyer-{self.number()}")
        user.write({"role_line_ids": [(0, 0, {"role_id": buying.id})]})
        return user

    def second_line(self):
        """Of somebody who buys; this one gives what may be given beside."""
        service = self.env.ref("retail_roles.role_customer_service")
        values = {"user_id": self.new_buyer_by_role().id, "role_id": service.id}
        return self.env["res.users.role.line"].create(values)

    def finance_with_a_report(self, line):
        self.env["retail.duty.conflict"].search([]).effect = "report"
        line.role_id = self.finance

    def created_with_both(self, by_default=False):
        both = {"groups_id": [(4, self.buyers.id), (4, self.billing.id)]}
        defaults = {f"default_{name}": value for name, value in both.items()} if by_default else {}
        values = {"name": "New", "login": f"t-new-{self.number()}", **({} if by_default else both)}
        self.env["res.users"].with_user(self.admin).with_context(**defaults).create(values)

    def with_a_report(self, user):
        self.env["retail.duty.conflict"].search([]).effect = "report"
        user.write({"groups_id": [(4, self.billing.id)]})

    def setUp(self):
        super().setUp()
        self.billing = self.env.ref("account.group_account_invoice")
        self.finance = self.env.ref("retail_roles.role_finance_controller")
        self.buyers = self.env.ref("retail_roles.group_buyer")
        self.admin = self.env.ref("base.user_admin")

    def refused(self, attempt):
        with self.assertRaisesRegex(UserError, REFUSED), self.cr.savepoint():
            attempt()
        self.env.cache.invalidate()
        self.assertFalse(self.env["retail.duty.conflict"]._held())

    def test_no_way_gives_both(self):
        """Each cell is a way to give groups; general cells of a table write one field, and these are many."""
        env, billing, user = self.env, self.billing, new_test_user(self.env, "t-plain")
        user.groups_id += self.buyers
        finance = {"role_id": env.ref("retail_roles.role_finance_controller").id}
        both = [(4, self.buyers.id), (4, billing.id)]
        code = f"env['res.users'].browse({user.id}).sudo().write({{'groups_id': [(4, {billing.id})]}})"
        model = env["ir.model"]._get_id("res.users")
        action = env["ir.actions.server"].create(
            {"name": "Around it", "model_id": model, "state": "code", "code": code}
        )
        job = env["ir.cron"].create(
            {"name": "Around it", "model_id": model, "state": "code", "code": code, "interval_type": "days"}
        )
        as_admin = user.with_user(self.admin)
        ways = {
            "write": lambda: as_admin.write({"groups_id": [(4, billing.id)]}),
            "the form's checkbox": lambda: as_admin.write({f"in_group_{billing.id}": True}),
            "create": lambda: as_admin.create({"name": "New", "login": "t-new", "groups_id": both}),
            "import": lambda: self.load(
                as_admin, ["id", "groups_id/.id"], [self.name_of(user), f"{self.buyers.id},{billing.id}"]
            ),
            "import of what an own group implies": lambda: self.load(
                env["res.groups"], ["id", "implied_ids/.id"], [self.name_of(self.buyers), str(billing.id)]
            ),
            "context": lambda: as_admin.with_context(**CONTEXT_KEYS).write({"groups_id": [(4, billing.id)]}),
            "the group's side": lambda: billing.with_user(self.admin).write({"users": [(4, user.id)]}),
            "a group that implies it": lambda: env["res.groups"].create(
                {"name": "New", "implied_ids": [(4, billing.id)], "users": [(4, user.id)]}
            ),
            "an own group that comes to imply it": lambda: self.buyers.write({"implied_ids": [(4, billing.id)]}),
            "two roles": lambda: self.buyer.write({"role_line_ids": [(0, 0, finance)]}),
            "a role line": lambda: env["res.users.role.line"].create({**finance, "user_id": self.buyer.id}),
            "a role that comes to hold more": lambda: env.ref("retail_roles.role_buyer").write(
                {"implied_ids": [(4, billing.id)]}
            ),
            "several people": lambda: (self.manager | user).write({"groups_id": [(4, billing.id)]}),
            "archived": lambda: (user.write({"active": False}), as_admin.write({"groups_id": [(4, billing.id)]})),
            "server action": lambda: action.with_user(self.admin).run(),
            "cron": job.method_direct_trigger,
        }
        for name, way in ways.items():
            with self.subTest(way=name), mute_logger("odoo.addons.base.models.ir_model"):
                self.refused(way)

    def load(self, model, names, row):
        done = model.load(names, [row])
        if done["messages"]:
            raise UserError(done["messages"][0]["message"])

    def name_of(self, record):
        """By which a file names it."""
        return record.get_external_id()[record.id] or record.export_data(["id"])["datas"][0][0]

    def test_one_after_the_other_is_allowed(self):
        user = new_test_user(self.env, "t-mover")
        user.groups_id += self.buyers
        purchase = self.env.ref("purchase.group_purchase_user")
        user.groups_id = [(3, self.buyers.id), (3, purchase.id), (4, self.billing.id)]
        self.assertTrue(user.has_group("account.group_account_invoice"))

    def test_who_had_both_before_keeps_both_and_is_listed(self):
        user = new_test_user(self.env, "t-both", groups="purchase.group_purchase_user,stock.group_stock_user")
        user.groups_id += self.billing
        lines = self.env["retail.duty.finding"].search([("user_id", "=", user.id)])
        self.assertEqual(lines.mapped("effect"), ["report"])
        self.env["retail.duty.conflict"].create(
            {
                "name": "They could do both.",
                "group_id": self.env.ref("stock.group_stock_user").id,
                "other_group_id": self.billing.id,
            }
        )
        user.groups_id += self.env.ref("retail_base.group_break_glass")
        self.anew()
        lines = self.env["retail.duty.finding"].search([("user_id", "=", user.id)])
        self.assertEqual(set(lines.mapped("effect")), {"report", "refuse"})

    def test_a_small_shop_has_it_reported(self):
        self.env.ref("retail_roles.conflict_buyer_bills").effect = "report"
        user = new_test_user(self.env, "t-alone")
        user.groups_id = [(4, self.buyers.id), (4, self.billing.id)]
        self.anew()
        found = self.env["retail.duty.finding"].search([("user_id", "=", user.id)])
        self.assertIn(self.env.ref("retail_roles.conflict_buyer_bills"), found.mapped("conflict_id"))


@tagged("post_install", "-at_install")
class TestTwoAtOnce(AtOnceCase):
    context = {"no_reset_password": True}

    def setUp(self):
        super().setUp()
        with self.environment() as env:
            self.user = new_test_user(env, "t-twice").id

    def remove(self):
        with self.environment() as env:
            user = env["res.users"].browse(self.user)
            partner = user.partner_id
            user.unlink()
            partner.unlink()

    def give(self, env, group):
        env["res.users"].browse(self.user).write({"groups_id": [(4, env.ref(group).id)]})

    def test_two_administrators_do_not_give_one_duty_each(self):
        with self.environment() as slow:
            slow["res.users"].browse(self.user).name  # noqa: B018 begins the transaction
            with self.environment() as quick:
                self.give(quick, "retail_roles.group_buyer")
            with self.too_late(slow):
                self.give(slow, "account.group_account_invoice")
            with self.assertRaisesRegex(UserError, REFUSED):
                self.give(slow, "account.group_account_invoice")
