from odoo.tests import tagged

from .common import TicketCase


@tagged("post_install", "-at_install")
class TestDocuments(TicketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mia = cls.env["res.partner"].create({"name": "Mia Muster", "is_company": True})
        cls.office = cls.env["res.partner"].create({"name": "Her office", "parent_id": cls.mia.id})
        cls.stranger = cls.env["res.partner"].create({"name": "Stranger"})
        cls.order = cls.env["sale.order"].create({"partner_id": cls.mia.id})
        till = cls.env["pos.config"].create({"name": "Till of this test"})
        session = cls.env["pos.session"].create({"config_id": till.id, "user_id": cls.env.uid})
        cls.sale = cls.env["pos.order"].create(
            {
                "session_id": session.id,
                "partner_id": cls.mia.id,
                "pos_reference": "Commande 00012-001-0007",
                **dict.fromkeys(("amount_tax", "amount_total", "amount_paid", "amount_return"), 0.0),
            }
        )

    def test_a_number_of_the_customer_s_own_order(self):
        for values in (
            {"name": f"Where is {self.order.name}?"},
            {"description": f"<p>About <b>{self.order.name.lower()}</b>.</p>"},
        ):
            with self.subTest(values=values):
                self.assertEqual(self.ticket(partner_id=self.office.id, **values).sale_id, self.order)

    def test_a_number_of_a_receipt(self):
        ticket = self.ticket(partner_id=self.mia.id, name="Receipt 00012-001-0007, the lamp")
        self.assertEqual((ticket.pos_order_id, ticket.sale_id.id), (self.sale, False))

    def test_never_somebody_else_s(self):
        name = f"{self.order.name} 00012-001-0007"
        for partner in (self.stranger, self.env["res.partner"]):
            ticket = self.ticket(partner_id=partner.id, name=name)
            self.assertFalse(ticket.sale_id or ticket.pos_order_id)

    def test_not_a_part_of_a_number_and_not_another_one_than_was_chosen(self):
        self.assertFalse(self.ticket(partner_id=self.mia.id, name=self.order.name + "1").sale_id)
        other = self.order.copy()
        ticket = self.ticket(partner_id=self.mia.id, name=self.order.name, sale_id=other.id)
        self.assertEqual(ticket.sale_id, other)
