from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.tests import SavepointCase, new_test_user


class ReviewCase(SavepointCase):
    """Rules of one kind only: scheduled actions that a test makes, owned by Olga."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["retail.review.kind"].search([]).active = False
        cls.olga, cls.other = (
            new_test_user(cls.env, name, groups="base.group_user") for name in ("olga", "other")
        )
        cls.policy = new_test_user(cls.env, "head office", groups="base.group_user,retail_base.group_policy")
        cls.rule = cls.new_rule("Order coats")
        cls.kind = cls.new_kind("ir.cron", [("id", ">=", cls.rule.id), ("active", "=", True)])
        cls.look()

    @classmethod
    def new_rule(cls, name, **values):
        model = cls.env["ir.model"]._get_id("res.partner")
        values = {"name": name, "model_id": model, "state": "code", "interval_type": "days", **values}
        return cls.env["ir.cron"].create({**values, "user_id": cls.env.ref("base.user_root").id})

    @classmethod
    def new_kind(cls, model, domain, **values):
        kinds = cls.env["retail.review.kind"].with_context(active_test=False)
        kinds.search([("model", "=", model)]).unlink()
        values = {"name": model, "owner_id": cls.olga.id, "ignored": "nextcall,lastcall,numbercall", **values}
        return kinds.create({"model": model, "domain": repr(domain), **values})

    @classmethod
    def look(cls, days=0):
        """The run of that day."""
        with freeze_time(fields.Datetime.now() + timedelta(days=days)):
            cls.env["retail.review"]._cron_review()

    def item(self, rule=None):
        items = self.env["retail.review.item"].with_context(active_test=False)
        return items.search([("kind_id", "=", self.kind.id), ("res_id", "=", (rule or self.rule).id)])

    def due(self, rule=None):
        """The line of a rule whose time has come."""
        self.look(days=91)
        return self.item(rule).line_ids.filtered(lambda line: not line.decision)
