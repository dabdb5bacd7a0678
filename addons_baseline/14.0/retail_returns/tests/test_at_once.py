from contextlib import contextmanager

from odoo import SUPERUSER_ID, registry
from odoo.api import Environment
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger
from psycopg2.errors import SerializationFailure


@tagged("post_install", "-at_install")
class TestTwoReturnsAtOnce(BaseCase):
    """With two real connections: of the same delivery, or refunds of the same return."""

    @contextmanager
    def environment(self):
        with registry(get_db_name()).cursor() as cr:
            yield Environment(cr, SUPERUSER_ID, {})

    def test_the_second_does_not_go_on_with_what_it_saw(self):
        with self.environment() as slow:
            # Any row will do: what is looked at is the conflict.
            late = slow["res.partner"].search([], limit=1)
            with self.environment() as quick:
                quick["retail.return"]._one_at_a_time(quick["res.partner"].browse(late.id))
            with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
                slow["retail.return"]._one_at_a_time(late)
            slow.cr.rollback()
