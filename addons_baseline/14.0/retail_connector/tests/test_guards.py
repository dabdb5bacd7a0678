from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ConnectorCase

NOT_OUTSIDE = "neither till nor website nor mail writes messages: they come from the documents' own methods"


@tagged("post_install", "-at_install")
class TestGuards(ConnectorCase, GuardTable):
    guards = (
        Guard(
            name="sent_by_hand",
            model="retail.connector.message",
            values={"state": "sent"},
            record=lambda case: case.dead(),
            user=lambda case: case.operator,
            proper=lambda case, record: case.resend(record),
            buttons=("action_resend", "action_cancel", "action_open_document"),
            ways={
                "create": "nobody may create messages; _queue does",
                "archived": "messages have no archive",
                "pos": NOT_OUTSIDE,
                "website": NOT_OUTSIDE,
                "mail_gateway": NOT_OUTSIDE,
            },
        ),
        Guard(
            name="content_of_what_waits",
            model="retail.connector.message",
            values={"payload": '{"weight": 99}'},
            record=lambda case: case.waiting(),
            user=lambda case: case.operator,
            proper=lambda case, record: (
                case.kill(record).with_user(case.operator).write({"payload": '{"weight": 99}'})
            ),
            buttons=("action_cancel", "action_open_document"),
            ways={
                "create": "nobody may create messages; _queue does",
                "archived": "messages have no archive",
                "pos": NOT_OUTSIDE,
                "website": NOT_OUTSIDE,
                "mail_gateway": NOT_OUTSIDE,
            },
        ),
    )

    number = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Who makes server actions; without the group, they would be refused for that.
        cls.env.ref("base.user_admin").groups_id += cls.env.ref("retail_connector.group_operator")

    def waiting(self):
        type(self).number += 1
        return self.queue(f"ship/{self.number}", document=self.env.ref("base.main_partner"))

    def dead(self):
        return self.kill(self.waiting())

    def resend(self, message):
        message.with_user(self.operator).action_resend()
        self.run_job(message)

    def test_messages_are_neither_made_nor_deleted_by_hand(self):
        message = self.waiting()
        with self.assertRaises(AccessError):
            self.messages.with_user(self.policy).create({"endpoint_id": self.endpoint.id, "key": "x"})
        for who in (self.policy, self.env.user):
            with self.assertRaisesRegex(UserError, "cancel them"):
                message.with_user(who).unlink()

    def test_a_message_cannot_be_copied_into_the_queue(self):
        with self.assertRaises(UserError):
            self.waiting().copy({"key": "again"})

    def test_calls_are_sealed(self):
        attempt = self.dead().attempt_ids
        with self.assertRaisesRegex(UserError, "record of what was done"):
            attempt.write({"outcome": "ok"})
