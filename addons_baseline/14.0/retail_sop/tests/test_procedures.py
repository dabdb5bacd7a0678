from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import ProcedureCase


@tagged("post_install", "-at_install")
class TestProcedures(ProcedureCase):
    def test_whoever_has_the_role_is_asked(self):
        self.assertEqual(self.readings().user_id, self.carl | self.cora)
        reading = self.owed(self.carl)
        self.assertEqual((reading.name, reading.version_id), ("Opening", self.page.history_head))

    def test_a_cashier_reads_what_concerns_him_and_says_so(self):
        reading = self.env["retail.sop.reading"].with_user(self.carl).search([])
        self.assertEqual(reading.user_id, self.carl)
        self.assertIn("Count the till", reading.content)
        with self.assertRaises(AccessError):
            reading.page_id.content  # noqa: B018 # he has no right to pages
        reading.action_read()
        self.assertTrue(reading.read_at)
        self.assertEqual(reading.state, "read")
        when = reading.read_at
        reading.action_read()
        self.assertEqual(reading.read_at, when)
        self.assertTrue(self.owed(self.cora))

    def test_a_new_version_asks_again_when_it_is_approved(self):
        self.page.approval_required = True
        self.has_read(self.carl)
        first, self.page.content = self.page.history_head, "<p>Count it twice.</p>"
        self.assertFalse(self.owed(self.carl))
        change = self.env["document.page.history"].search([("page_id", "=", self.page.id)], limit=1)
        self.assertEqual(change.state, "to approve")
        change.with_user(self.env.ref("base.user_admin")).action_approve()
        self.assertEqual(self.owed(self.carl).version_id, change)
        self.assertEqual(self.readings(self.carl).mapped("state"), ["read", "open"])
        self.assertEqual(self.readings(self.cora).mapped("state"), ["void", "open"])
        self.assertEqual(self.readings(self.cora)[0].version_id, first)
        with self.assertRaisesRegex(UserError, "need not be read any more"):
            self.readings(self.cora)[0].with_user(self.cora).action_read()

    def test_a_version_nobody_was_asked_to_read_may_still_be_corrected(self):
        page = self.new_page(name="Draft of closing")
        page.history_head.content = "<p>Corrected.</p>"
        self.assertIn("Corrected", page.history_head.content)

    def test_from_a_version_on(self):
        page = self.new_page(name="Closing")
        old = page.history_head
        page.content = "<p>Lock the door.</p>"
        sop = self.env["retail.sop"].create(
            {"page_id": page.id, "group_ids": [(6, 0, self.role.ids)], "first_version_id": page.history_head.id}
        )
        self.assertEqual(sop.reading_ids.version_id, page.history_head)
        page.history_head.action_cancel()
        self.assertEqual((sop.version_id.id, set(sop.reading_ids.mapped("state"))), (False, {"void"}))
        sop.first_version_id = False
        self.assertEqual(sop.version_id, old)

    def test_who_gets_the_role_later_is_asked_and_who_loses_it_is_not(self):
        self.has_read(self.cora)
        self.role.users = self.cora | self.other
        self.env["retail.sop"]._cron_ask()
        self.assertEqual(self.readings(self.carl).state, "void")
        self.assertEqual(self.readings(self.cora).state, "read")
        self.assertTrue(self.owed(self.other))
        self.role.users = self.carl
        self.env["retail.sop"]._cron_ask()
        self.assertEqual(self.readings(state="open").user_id, self.carl)

    def test_a_page_that_was_put_away_is_asked_of_nobody(self):
        self.page.active = False
        self.env["retail.sop"]._cron_ask()
        self.assertFalse(self.readings(state="open"))
        self.page.active = True
        self.env["retail.sop"]._cron_ask()
        self.assertEqual(self.readings(state="open").user_id, self.carl | self.cora)

    def test_who_has_left_owes_nothing(self):
        self.carl.active = False
        self.env["retail.sop"]._cron_ask()
        self.assertEqual(self.readings(self.carl).state, "void")

    def test_a_role_through_another_role(self):
        managers = self.env["res.groups"].create({"name": "Managers", "implied_ids": [(4, self.role.id)]})
        managers.users = self.other
        self.sop.write({"days": 7})
        self.assertTrue(self.owed(self.other))

    def test_a_page_of_another_company_is_not_asked_of_those_who_do_not_work_there(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.other.company_ids += elsewhere
        self.role.users += self.other
        page = self.new_page(name="There", company_id=elsewhere.id)
        sop = self.env["retail.sop"].create({"page_id": page.id, "group_ids": [(6, 0, self.role.ids)]})
        self.assertEqual(sop.reading_ids.user_id, self.other)

    def test_without_roles_or_switched_off_nobody_is_asked(self):
        with self.assertRaisesRegex(ValidationError, "Say who has to read Opening"), self.cr.savepoint():
            self.sop.group_ids = [(5,)]
        self.env.cache.invalidate()
        self.sop.active = False
        self.assertFalse(self.readings(state="open"))
        self.sop.active = True
        self.assertEqual(self.readings(state="open").user_id, self.carl | self.cora)

    def test_portal_users_are_not_asked(self):
        customer = new_test_user(self.env, "customer", groups="base.group_portal")
        self.role.users += customer
        self.env["retail.sop"]._cron_ask()
        self.assertFalse(self.readings(customer))

    def test_auditors_see_all_of_their_companies_and_policy_decides(self):
        self.assertEqual(
            self.readings().with_user(self.auditor).search([("sop_id", "=", self.sop.id)]), self.readings()
        )
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env, "stranger", groups="retail_sop.group_auditor", company_ids=[(6, 0, elsewhere.ids)],
            company_id=elsewhere.id,
        )  # fmt: skip
        self.assertFalse(self.readings().with_user(stranger).search([("sop_id", "=", self.sop.id)]))
        self.sop.with_user(self.policy).days = 3
        for user in (self.auditor, self.carl):
            with self.assertRaises(AccessError):
                self.sop.with_user(user).days = 4
