import psycopg2
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from . import stub_carrier
from .common import ConnectorCase


@tagged("post_install", "-at_install")
class TestEndpoint(ConnectorCase):
    def test_which_addresses_are_taken(self):
        for url in ("https://api.carrier.example", "https://api.carrier.example:8443/v1/", "http://127.0.0.1:9"):
            self.endpoint.url = url
        refused = {
            "http://api.carrier.example": "not encrypted",
            "ftp://api.carrier.example": "not encrypted",
            "file:///etc/passwd": "not an address",
            "api.carrier.example": "not an address",
            "https://": "not an address",
            "https://host:port": "not an address",
            "https://api.carrier.example/a b": "not an address",
            "https://api.carrier.example/\r\nX-Evil: 1": "not an address",
            "https://[": "not an address",
            "https://me:pw@api.carrier.example": "without user",
            "https://api.carrier.example?key=1": "without user",
            "http://127.0.0.1.evil.example": "not encrypted",
        }
        for url, why in refused.items():
            with self.subTest(url=url), self.assertRaisesRegex(ValidationError, why), self.cr.savepoint():
                self.endpoint.url = url

    def test_a_secret_is_sent_and_never_shown(self):
        endpoint = self.endpoint.with_user(self.policy)
        endpoint.write({"auth": "bearer", "new_secret": "s3cret"})
        self.run_job(self.queue())
        self.assertEqual(self.carrier.calls[0].headers["authorization"], "Bearer s3cret")
        self.assertEqual(endpoint.read(["new_secret", "has_secret"])[0]["new_secret"], False)
        self.assertTrue(endpoint.has_secret)
        with self.assertRaises(AccessError):
            endpoint.read(["secret"])
        everything = self.messages.search([]).read()
        self.assertNotIn("s3cret", str(everything) + str(self.messages.search([]).attempt_ids.read()))
        self.assertNotIn("s3cret", str(self.env["queue.job"].search([]).read(["name", "func_string", "result"])))

    def moved(self, url, **values):
        """Whether an endpoint still has its secret when Central policy has moved it from api.carrier.example."""
        endpoint = self.make_endpoint("https://api.carrier.example/v1", "moved", auth="bearer", secret="s3cret")
        before = endpoint.message_ids
        endpoint.with_user(self.policy).write({"url": url, **values})
        posted = "the secret was forgotten" in str((endpoint.message_ids - before).mapped("body"))
        self.assertEqual(posted, not endpoint.has_secret)
        secret = endpoint.secret
        endpoint.unlink()
        return secret

    def test_another_host_does_not_get_the_secret(self):
        self.assertFalse(self.moved("https://evil.example/v1"))
        self.assertFalse(self.moved("https://api.carrier.example.evil.example/v1"))

    def test_nor_does_another_port(self):
        self.assertFalse(self.moved("https://api.carrier.example:8443/v1"))

    def test_nor_does_who_is_spoken_to_in_plain_text(self):
        endpoint = self.make_endpoint("https://127.0.0.1:9443", "own", auth="bearer", secret="s3cret")
        endpoint.with_user(self.policy).url = "http://127.0.0.1:9443"
        self.assertFalse(endpoint.secret)

    def test_not_even_if_the_proof_is_changed_with_it(self):
        self.assertFalse(self.moved("https://evil.example", auth="header", new_secret=False))

    def test_it_is_forgotten_in_each_of_several(self):
        far, near = (
            self.make_endpoint(url, url[8:11], auth="bearer", secret="s3cret")
            for url in ("https://far.example", "https://one.example")
        )
        (far | near).with_user(self.policy).write({"url": "https://one.example/v2"})
        self.assertEqual((far.secret, near.secret), (False, "s3cret"))

    def test_it_is_forgotten_by_a_file_too(self):
        endpoint = self.make_endpoint("https://api.carrier.example", "file", auth="bearer", secret="s3cret")
        loaded = self.env["retail.connector.endpoint"].with_user(self.policy)
        result = loaded.load([".id", "url"], [[str(endpoint.id), "https://evil.example"]])
        self.assertEqual((result["messages"], endpoint.url), ([], "https://evil.example"))
        self.assertFalse(endpoint.secret)

    def test_an_operation_as_superuser_forgets_it_as_well(self):
        endpoint = self.make_endpoint("https://api.carrier.example", "super", auth="bearer", secret="s3cret")
        endpoint.sudo().url = "https://evil.example"
        self.assertFalse(endpoint.secret)

    def test_another_path_of_the_same_server_keeps_it(self):
        for url in (
            "https://api.carrier.example/v2",
            "https://API.carrier.example:443",
            "https://api.carrier.example",
        ):
            with self.subTest(url=url):
                self.assertEqual(self.moved(url), "s3cret")

    def test_who_gives_the_new_secret_with_the_new_address_keeps_that(self):
        self.assertEqual(self.moved("https://next.example", new_secret="n3w"), "n3w")
        with self.assertRaises(AccessError):
            self.moved("https://next.example", secret="n3w")

    def test_the_old_secret_reaches_nobody_new(self):
        self.endpoint.write({"auth": "bearer", "new_secret": "s3cret"})
        other = self.open_carrier()
        self.endpoint.with_user(self.policy).url = other.url
        self.run_job(self.queue())
        self.assertNotIn("s3cret", str(other.calls[0].headers))

    def test_a_secret_cannot_smuggle_a_header(self):
        for values in (
            {"auth": "bearer", "new_secret": "a\r\nX-Evil: 1"},
            {"auth": "header", "auth_header": "X: y"},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError), self.cr.savepoint():
                self.endpoint.write(values)

    def test_the_key_of_a_call_is_known_nowhere_else(self):
        self.run_job(self.queue())
        database = self.env["ir.config_parameter"].get_param("database.uuid")
        self.assertEqual(self.carrier.calls[0].key, f"{database}/ship/1")

    def test_paused_messages_are_sent_when_it_is_resumed(self):
        operated = self.endpoint.with_user(self.operator)
        operated.action_pause()
        message = self.queue()
        self.run_job(message)
        before = message.job_uuid
        self.jobs_of(message).button_done()
        operated.action_resume()
        self.assertNotEqual(message.job_uuid, before)
        self.run_job(message)
        self.assertEqual(message.state, "sent")

    def test_archived_is_like_paused(self):
        self.endpoint.active = False
        message = self.queue()
        self.run_job(message)
        self.assertEqual(message.state, "queued")
        self.jobs_of(message).button_done()
        self.endpoint.active = True
        self.run_job(message)
        self.assertEqual(message.state, "sent")

    def test_its_limits(self):
        for values in ({"timeout": 0}, {"timeout": 61}, {"max_tries": 0}, {"give_up_hours": 0}, {"keep_days": 0}):
            refused = self.assertRaises(psycopg2.IntegrityError)
            with self.subTest(values=values), mute_logger("odoo.sql_db"), refused, self.cr.savepoint():
                self.endpoint.write(values)
                self.env["base"].flush()

    def test_operators_do_not_change_where_calls_go(self):
        with self.assertRaises(AccessError):
            self.endpoint.with_user(self.operator).write({"url": "https://evil.example"})
        with self.assertRaises(AccessError):
            self.endpoint.with_user(self.clerk).action_pause()


@tagged("post_install", "-at_install")
class TestDeadLetters(ConnectorCase):
    def test_somebody_is_told_once_until_all_is_put_right(self):
        self.endpoint.responsible_id = self.operator
        first, second = self.kill(self.queue("ship/1")), self.kill(self.queue("ship/2"))
        self.assertEqual(self.endpoint.activity_ids.mapped("user_id"), self.operator)
        self.assertEqual((len(self.endpoint.activity_ids), self.endpoint.dead_count), (1, 2))
        first.with_user(self.operator).action_resend()
        self.assertEqual(len(self.endpoint.activity_ids), 1)
        second.with_user(self.operator).action_cancel()
        self.assertFalse(self.endpoint.activity_ids)

    def test_where_nobody_is_named_all_operators_are_told(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.policy.write({"company_ids": [(6, 0, elsewhere.ids)], "company_id": elsewhere.id})
        self.kill(self.queue("ship/1"))
        again = self.kill(self.queue("ship/2"))
        told = self.endpoint.activity_ids.mapped("user_id")
        self.assertIn(self.operator, told)
        self.assertEqual(len(told), len(self.endpoint.activity_ids), "each of them once")
        self.assertFalse(told & (self.policy | self.clerk), "of another company, or not of the group")
        (again | self.messages.search([("endpoint_id", "=", self.endpoint.id)])).action_cancel()
        self.assertFalse(self.endpoint.activity_ids)

    def test_where_the_one_who_is_named_has_left_as_well(self):
        self.endpoint.responsible_id = self.clerk
        self.clerk.active = False
        self.kill(self.queue("ship/1"))
        told = self.endpoint.activity_ids.mapped("user_id")
        self.assertTrue(self.operator in told and self.clerk not in told)

    def test_it_is_sent_again_as_it_was_under_the_same_key(self):
        message = self.kill(self.queue())
        message.with_user(self.operator).action_resend()
        self.assertEqual((message.state, message.tries), ("queued", 0))
        self.assertIn("Sent again by operator", message.message_ids[0].body)
        self.run_job(message)
        self.assertEqual(message.state, "sent")
        self.assertEqual(len({call.key for call in self.carrier.calls}), 1)

    def test_what_is_put_right_is_another_call(self):
        message = self.kill(self.queue())
        message.with_user(self.operator).write({"payload": '{"weight": 2}', "path": "/v2"})
        message.with_user(self.operator).action_resend()
        self.run_job(message)
        refused, taken = self.carrier.calls
        self.assertEqual((taken.path, taken.body), ("/v2", b'{"weight": 2}'))
        self.assertEqual(taken.key, f"{refused.key}/1")
        self.cr.precommit.run()
        changes = message.message_ids.tracking_value_ids
        self.assertEqual(set(changes.mapped("field.name")), {"payload", "path"})

    def test_nonsense_is_not_saved(self):
        message = self.kill(self.queue()).with_user(self.operator)
        for values in ({"payload": "{"}, {"payload": ""}, {"path": "no/slash"}, {"path": "/a\r\nX-Evil: 1"}):
            with self.subTest(values=values), self.assertRaises(ValidationError), self.cr.savepoint():
                message.write(values)

    def test_what_waits_or_was_sent_is_not_changed(self):
        message = self.queue()
        with self.assertRaisesRegex(UserError, "Only what was given up"):
            message.with_user(self.operator).write({"payload": "{}"})
        self.run_job(message)
        with self.assertRaisesRegex(UserError, "Only what was given up"):
            message.with_user(self.operator).write({"payload": "{}"})
        with self.assertRaisesRegex(UserError, "nothing to send again"):
            message.with_user(self.operator).action_resend()
        with self.assertRaisesRegex(UserError, "has ended already"):
            message.with_user(self.operator).action_cancel()

    def test_what_is_cancelled_is_not_sent(self):
        message = self.queue()
        message.with_user(self.operator).action_cancel()
        self.run_job(message)
        self.assertEqual((message.state, self.carrier.calls), ("cancelled", []))

    def test_all_of_an_endpoint_after_it_was_repaired(self):
        with self.assertRaisesRegex(UserError, "Nothing was given up"):
            self.endpoint.with_user(self.operator).action_resend_dead()
        messages = self.kill(self.queue("ship/1")) | self.kill(self.queue("ship/2"))
        self.endpoint.with_user(self.operator).action_resend_dead()
        for message in messages:
            self.run_job(message)
        self.assertEqual(messages.mapped("state"), ["sent", "sent"])

    def test_it_opens_its_document(self):
        partner = self.env["res.partner"].create({"name": "Ana"})
        message = self.queue(document=partner).with_user(self.operator)
        action = message.action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), ("res.partner", partner.id))
        with self.assertRaisesRegex(UserError, "belongs to no document"):
            self.queue("ship/9").action_open_document()

    def test_other_companies_do_not_see_it(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        endpoint = self.make_endpoint(self.carrier.url, "elsewhere", company_id=elsewhere.id)
        message = self.queue(endpoint=endpoint)
        self.carrier.script = [stub_carrier.fails(400)]
        self.run_job(message)
        seen = self.messages.with_user(self.operator).search([])
        self.assertNotIn(message.id, seen.ids)
        for press in ("action_resend", "action_cancel"):
            with self.assertRaises(AccessError):
                getattr(message.with_user(self.operator), press)()
