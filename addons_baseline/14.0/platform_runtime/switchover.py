"""What makes a shop live through a switch of its database's leader, put together for one process."""

import logging
import os
import time

from . import connections, dispatching
from .hung import Waits
from .outage import Outage

_logger = logging.getLogger(__name__)


def patch(odoo, settings):
    """Patch the imported ``odoo`` package, before its registry is loaded and before a prefork master forks."""
    state = Outage(time.monotonic)
    state.listeners.append(_log)
    connections.patch(odoo.sql_db, state, Waits(settings.db_silence_seconds, _may_start_threads(odoo)))
    dispatching.patch(odoo.http, state, settings.db_patience_seconds)
    return state


def _may_start_threads(odoo):
    """A thread of the prefork master would be copied into its workers in a half-done state."""
    master = os.getpid()
    return lambda: odoo.evented or os.getpid() != master


def _log(away):
    if away is None:
        _logger.warning("the database is away")
    else:
        _logger.info("the database is back after %.1f s", away)
