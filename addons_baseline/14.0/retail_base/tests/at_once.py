"""For tests of what two do to each other at the same time, on real connections. What they write is committed."""

import threading
import time
from contextlib import contextmanager

from odoo import SUPERUSER_ID, registry
from odoo.api import Environment
from odoo.tests import BaseCase
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger
from psycopg2.errors import SerializationFailure

ADMIN = 2  # base.user_admin
PATIENCE = 120  # seconds; a busy machine may stand still for some of them
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


class AtOnceCase(BaseCase):
    # Whose transactions they are, unless a test says otherwise.
    actor = SUPERUSER_ID
    context = {}

    def setUp(self):
        super().setUp()
        self.registry = registry(get_db_name())
        self.made = []
        self.addCleanup(self._delete_made)
        # Before that.
        self.addCleanup(self.remove)

    @contextmanager
    def environment(self, uid=None):
        """A transaction of its own, committed at the end."""
        with self.registry.cursor() as cr:
            yield Environment(cr, uid or self.actor, self.context)

    def make(self, env, model, **values):
        """A record that is deleted after the test, the latest first."""
        record = env[model].create(values)
        self.made.insert(0, (model, record.id))
        return record

    def remove(self):
        """Whatever else others would stumble over."""

    def _delete_made(self):
        with self.environment() as env:
            for model, record_id in self.made:
                env[model].sudo().browse(record_id).exists().unlink()

    @contextmanager
    def too_late(self, env, error=SerializationFailure):
        """What is done in here comes after another one's commit and fails; then `env` sees what is there now.

        Odoo does the whole request again after such an error.
        """
        with self.assertRaises(error), mute_logger("odoo.sql_db"):
            yield
        env.cr.rollback()

    def waiting(self, call, *args):
        """A thread that does this and has come to wait for a lock of the test's own connection."""
        thread = threading.Thread(target=call, args=args)
        thread.start()
        self.assertTrue(self._one_waits(), "the second did not wait")
        return thread

    def _one_waits(self):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with self.registry.cursor() as cr:
                cr.execute(WAITING)
                if cr.fetchone()[0]:
                    return True
            time.sleep(0.05)
        return False
