from datetime import timedelta

from odoo import fields
from odoo.addons.retail_base.tests.products import sellable
from odoo.addons.retail_roles.tests.common import StoresCase
from odoo.exceptions import AccessError
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestService(StoresCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls.person("service", "customer_service")
        cls.team = cls.env["helpdesk.ticket.team"].create({"name": "Blois", "user_ids": [(6, 0, cls.manager.ids)]})
        cls.elsewhere = cls.env["helpdesk.ticket.team"].create({"name": "Tours"})

    def ticket(self, team):
        values = {"name": "A question", "description": "Where?", "team_id": team.id}
        return self.env["helpdesk.ticket"].create(values)

    def test_who_sees_which_tickets(self):
        own, others = self.ticket(self.team), self.ticket(self.elsewhere)
        self.anew()
        for person, seen in ((self.service, own | others), (self.manager, own), (self.buyer, own.browse())):
            with self.subTest(person=person.name):
                found = own.with_user(person).search([("id", "in", (own | others).ids)])
                self.assertEqual(set(found.ids), set(seen.ids))

    def test_customer_service_answers_and_is_given_the_duty_of_assigning(self):
        ticket = self.ticket(self.elsewhere)
        self.anew()
        ticket.with_user(self.service).write({"user_id": self.service.id})
        duty = self.env.ref("retail_roles_service.role_dispatcher")
        self.assertFalse(self.service.has_group("retail_helpdesk.group_dispatcher"))
        self.service.write({"role_line_ids": [(0, 0, {"role_id": duty.id})]})
        self.assertTrue(self.service.has_group("retail_helpdesk.group_dispatcher"))

    def test_messages_of_the_own_store(self):
        self.env["retail.message.rule"].search([]).write({"since": fields.Datetime.now() - timedelta(days=1)})
        sellable(self.lamp)
        customer = self.env["res.partner"].create({"name": "Mia", "email": "mia@shop.example"})
        for store in (self.blois, self.tours):
            order = self.env["sale.order"].create(
                {
                    "partner_id": customer.id,
                    "warehouse_id": store.id,
                    "order_line": [(0, 0, {"product_id": self.lamp.id, "product_uom_qty": 1})],
                }
            )
            order.action_confirm()
        messages = self.env["retail.message"].search([("partner_id", "=", customer.id)])
        self.assertEqual(messages.warehouse_id, self.blois | self.tours)
        self.anew()
        seen = messages.with_user(self.manager).search([("partner_id", "=", customer.id)])
        self.assertEqual(seen.warehouse_id.ids, self.blois.ids)
        with self.assertRaises(AccessError):
            (messages - seen).with_user(self.manager).read(["document"])
        everywhere = messages.with_user(self.service).search([("partner_id", "=", customer.id)])
        self.assertEqual(everywhere.ids, messages.ids)
