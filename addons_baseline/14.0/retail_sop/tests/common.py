from odoo.tests import SavepointCase, new_test_user


class ProcedureCase(SavepointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.role = cls.env["res.groups"].create({"name": "Cashiers"})
        cls.carl, cls.cora, cls.other = (
            new_test_user(cls.env, name, groups="base.group_user") for name in ("carl", "cora", "other")
        )
        cls.role.users = cls.carl | cls.cora
        cls.auditor = new_test_user(cls.env, "auditor", groups="retail_sop.group_auditor")
        cls.policy = new_test_user(cls.env, "head office", groups="base.group_user,retail_base.group_policy")
        cls.page = cls.new_page()
        cls.sop = cls.env["retail.sop"].create({"page_id": cls.page.id, "group_ids": [(6, 0, cls.role.ids)]})

    @classmethod
    def new_page(cls, **values):
        return cls.env["document.page"].create({"name": "Opening", "content": "<p>Count the till.</p>", **values})

    def readings(self, user=None, **conditions):
        domain = [(name, "=", value) for name, value in conditions.items()]
        if user:
            domain.append(("user_id", "=", user.id))
        return self.env["retail.sop.reading"].search([("sop_id", "=", self.sop.id), *domain], order="id")

    def owed(self, user):
        return self.readings(user, state="open")

    def has_read(self, user):
        self.owed(user).with_user(user).action_read()
