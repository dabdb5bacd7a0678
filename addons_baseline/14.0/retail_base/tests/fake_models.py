"""Models that exist during one test class only, in its transaction: the mixins have no model of their own."""

from odoo import fields, models
from odoo.tests import SavepointCase


class FakeDocument(models.Model):
    # Not with the addon's own models: only FakeModelCase puts it into a registry.
    _register = False
    _module = "retail_base"
    _name = "retail.test.document"
    _inherit = "retail.approval.mixin"
    _description = "Test document"

    name = fields.Char(required=True)
    amount = fields.Float()
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company")
    group_id = fields.Many2one("res.groups")
    granted = fields.Integer(copy=False)
    refused = fields.Integer(copy=False)
    history = fields.Text(copy=False)

    def _approval_plan(self):
        return self.group_id

    def _approval_problems(self):
        return ["Enter an amount."] if not self.amount else []

    def _approval_content(self):
        return [self.name, self.amount]

    def _approval_granted(self):
        self.granted += 1

    def _approval_refused(self):
        self.refused += 1

    def message_post(self, body, author_id):
        """Takes the place of mail.thread's."""
        author = self.env["res.partner"].browse(author_id).name
        self.history = f"{self.history or ''}{author}: {body}\n"


class FakeModelCase(SavepointCase):
    """Registers the models in the class's transaction, and takes them out again."""

    fakes = (FakeDocument,)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = [fake._name for fake in cls.fakes]
        for fake in cls.fakes:
            fake._build_model(cls.registry, cls.cr)
        cls.registry.setup_models(cls.cr)
        cls.registry.init_models(cls.cr, names, {"module": "retail_base"})
        for name in names:
            rights = dict.fromkeys(("perm_read", "perm_write", "perm_create", "perm_unlink"), True)
            model, group = cls.env["ir.model"]._get_id(name), cls.env.ref("base.group_user").id
            cls.env["ir.model.access"].create({"name": name, "model_id": model, "group_id": group, **rights})

    @classmethod
    def tearDownClass(cls):
        for fake in cls.fakes:
            cls.registry.models.pop(fake._name, None)
            for model in cls.registry.models.values():
                model._inherit_children.discard(fake._name)
        cls.registry.setup_models(cls.cr)
        super().tearDownClass()
        cls.registry.clear_caches()
