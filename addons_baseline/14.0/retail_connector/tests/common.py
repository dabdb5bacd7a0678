"""What the tests have in common: a shop with a carrier on a real socket."""

from odoo.addons.queue_job.job import Job
from odoo.tests import SavepointCase, new_test_user

from .stub_carrier import StubCarrier, fails


class ConnectorCase(SavepointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.messages = cls.env["retail.connector.message"]
        operator = "base.group_user,retail_connector.group_operator"
        cls.operator = new_test_user(cls.env, "operator", groups=operator)
        cls.policy = new_test_user(cls.env, "central", groups="base.group_user,retail_base.group_policy")
        cls.clerk = new_test_user(cls.env, "clerk", groups="base.group_user")

    def setUp(self):
        super().setUp()
        self.carrier = self.open_carrier()
        self.endpoint = self.make_endpoint(self.carrier.url)

    def open_carrier(self):
        carrier = StubCarrier()
        opened = carrier.open()
        opened.__enter__()
        self.addCleanup(opened.__exit__, None, None, None)
        return carrier

    def make_endpoint(self, url, code="parcels", **values):
        return self.env["retail.connector.endpoint"].create(
            {"name": code.title(), "code": code, "url": url, "timeout": 5, **values}
        )

    def queue(self, key="ship/1", payload=None, endpoint=None, **options):
        return self.messages._queue(endpoint or self.endpoint, key, payload or {"weight": 1}, **options)

    def run_job(self, message):
        """What the job runner does, without its commits."""
        job = Job.load(self.env, message.job_uuid)
        job.set_started()
        job.store()
        job.perform()
        job.set_done()
        job.store()
        self.env["base"].flush()
        self.env.cache.invalidate()

    def jobs_of(self, message):
        return self.env["queue.job"].search([("identity_key", "=", f"{message._name}/{message.id}")])

    def kill(self, message):
        """Have it refused, and so given up."""
        self.carrier.script.insert(0, fails(422))
        self.run_job(message)
        self.assertEqual(message.state, "dead")
        return message
