from contextlib import contextmanager

from odoo import SUPERUSER_ID
from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger
from psycopg2.errors import SerializationFailure


@tagged("post_install", "-at_install")
class TestTwoAtOnce(BaseCase):
    """With two real connections; nothing but a lock is committed."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())

    @contextmanager
    def environment(self):
        with self.registry.cursor() as cr:
            yield Environment(cr, SUPERUSER_ID, {})

    def test_who_applies_second_looks_again_at_what_is_there(self):
        with self.environment() as slow:
            slow["pos.config"].search([])
            with self.environment() as quick:
                quick["retail.store.network"].apply({"stores": []})
            # Odoo tries the whole request again after this error.
            with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
                slow["retail.store.network"].apply({"stores": []})
            slow.cr.rollback()
            slow["retail.store.network"].apply({"stores": []})
            slow.cr.rollback()
