from odoo.tests import Form, SavepointCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestReturns(SavepointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mia = cls.env["res.partner"].create({"name": "Mia Muster"})
        cls.agent = new_test_user(
            cls.env, "agent", groups="helpdesk_mgmt.group_helpdesk_user,sales_team.group_sale_salesman"
        )

    def ticket(self, **values):
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        return tickets.create({"name": "The lamp", "description": "Broken", **values})

    def test_a_return_begun_from_a_ticket_belongs_to_it(self):
        ticket = self.ticket(partner_id=self.mia.id)
        action = ticket.action_return()
        form = Form(self.env["retail.return"].with_user(self.agent).with_context(**action["context"]))
        made = form.save()
        self.assertEqual((made.partner_id, made.note, made.ticket_ids), (self.mia, "The lamp", ticket))
        self.assertEqual(ticket.action_return()["res_id"], made.id)

    def test_a_number_of_the_customer_s_own_return(self):
        known = self.env["retail.return"].create({"partner_id": self.mia.id})
        self.assertEqual(self.ticket(partner_id=self.mia.id, name=f"Re: {known.name}").return_id, known)
        self.assertFalse(self.ticket(partner_id=self.agent.partner_id.id, name=f"Re: {known.name}").return_id)
