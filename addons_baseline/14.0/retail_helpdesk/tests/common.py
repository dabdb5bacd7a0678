from odoo.tests import SavepointCase, new_test_user


class TicketCase(SavepointCase):
    """Nothing is routed but by the routes of a test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["retail.ticket.route"].search([]).active = False
        cls.anna, cls.ben, cls.lea = (
            new_test_user(cls.env, name, groups="helpdesk_mgmt.group_helpdesk_user_team")
            for name in ("anna", "ben", "lea")
        )
        cls.policy = new_test_user(cls.env, "head office", groups="base.group_user,retail_base.group_policy")
        cls.team = cls.make_team("Deliveries", user_id=cls.lea.id, user_ids=[(6, 0, (cls.anna | cls.ben).ids)])
        cls.others = cls.make_team("Complaints")
        cls.channel = cls.env["helpdesk.ticket.channel"].create({"name": "Till"})
        cls.kind = cls.env["helpdesk.ticket.type"].create({"name": "Complaint"})
        cls.category = cls.env["helpdesk.ticket.category"].create(
            {"name": "Furniture", "default_team_id": cls.others.id}
        )

    @classmethod
    def make_team(cls, name, **values):
        return cls.env["helpdesk.ticket.team"].create({"name": name, **values})

    @classmethod
    def route(cls, **values):
        values = {"name": "Parcels", "team_id": cls.team.id, "assign": "nobody", **values}
        return cls.env["retail.ticket.route"].create(values)

    @classmethod
    def ticket(cls, **values):
        return cls.env["helpdesk.ticket"].create({"name": "A question", "description": "Where?", **values})
