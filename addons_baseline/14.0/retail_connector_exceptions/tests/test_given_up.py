from odoo.addons.retail_connector.tests.common import ConnectorCase
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged


@tagged("post_install", "-at_install")
class TestGivenUp(ConnectorCase):
    def found(self):
        """Open exceptions about the carrier of this test, after its detector has run."""
        detector = self.env["retail.detector"].search([("code", "=", "calls_given_up")])
        detector._detect()
        self.assertFalse(detector.error)
        mine = [("detector_id", "=", detector.id), ("state", "=", "open"), ("res_id", "=", self.endpoint.id)]
        return self.env["retail.exception"].search(mine)

    def test_it_is_on_the_board_until_all_is_put_right(self):
        first = self.kill(self.queue("ship/1"))
        self.queue("ship/2")
        found = self.found()
        self.assertEqual((found.quantity, found.company_id), (1, self.endpoint.company_id))
        self.assertEqual(found.name, "Calls that were given up: Parcels")
        second = self.kill(self.queue("ship/3"))
        self.assertEqual(self.found().quantity, 2)
        (first | second).action_cancel()
        self.assertFalse(self.found())

    def test_whoever_works_on_exceptions_sees_of_which_service(self):
        emil = new_test_user(self.env, "emil", groups="retail_exceptions.group_exceptions")
        message = self.kill(self.queue("ship/1"))
        found = self.found().with_user(emil)
        action = found.action_open_document()
        endpoint = self.env[action["res_model"]].with_user(emil).browse(action["res_id"])
        self.assertEqual(endpoint.read(["name", "dead_count"])[0]["dead_count"], 1)
        with self.assertRaises(AccessError):
            endpoint.read(["secret"])
        with self.assertRaises(AccessError):
            message.with_user(emil).read(["payload"])
        with self.assertRaises(AccessError):
            endpoint.action_pause()
