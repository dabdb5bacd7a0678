"""What makes a shop live through a switch of its database's leader, put together for one process."""

import functools
import importlib
import logging
import os
import time

import psycopg2

from . import connections, dispatching, jobs
from .asking import ask_server
from .hung import Waits
from .maintenance_database import tenant_database
from .outage import Outage
from .shared_word import AwaySince

_logger = logging.getLogger(__name__)

# Seconds; the same as in libpq's service file.
CONNECT_TIMEOUT = 5


def patch(odoo, settings):
    """Patch the imported ``odoo`` package, before its registry is loaded and before a prefork master forks.

    Returns where this process and those it forks say that the database is away.
    """
    away = AwaySince(time.monotonic)
    state = Outage(time.monotonic, away.found)
    state.listeners += [_log, away.told]
    waits = Waits(settings.db_silence_seconds, ask_server, _may_start_threads(odoo))
    connections.patch(odoo.sql_db, state, waits, *([_limit_of_greenlets] if odoo.evented else []))
    dispatching.patch(odoo.http, state, settings.db_patience_seconds, lambda: _forget_caches(odoo))
    _look_for_it_when_idle(odoo.service.server.Worker, odoo, state, away)
    _name_doubtful_jobs(odoo.service.server.WorkerCron)
    return away


def _limit_of_greenlets():
    """libpq's own connect_timeout is for those who block in it; greenlets wait outside."""
    gevent = importlib.import_module("gevent")
    return gevent.Timeout(CONNECT_TIMEOUT, psycopg2.OperationalError("timeout expired"))


def _may_start_threads(odoo):
    """A thread of the prefork master would be copied into its workers in a half-done state."""
    master = os.getpid()
    return lambda: odoo.evented or os.getpid() != master


def _log(away):
    if away is None:
        _logger.warning("the database is away")
    else:
        _logger.info("the database is back after %.1f s", away)


def _forget_caches(odoo):
    """The next request that this process commits tells the others to do so, too."""
    registry = odoo.modules.registry.Registry.registries.get(tenant_database(odoo.tools.config))
    if registry is not None:
        registry.clear_caches()


def _name_doubtful_jobs(worker_class):
    """Patch the model when the first worker starts: before, Odoo's addons cannot be imported."""
    original = worker_class.start

    @functools.wraps(original)
    def start(self):
        jobs.patch(importlib.import_module("odoo.addons.base.models.ir_cron").ir_cron)
        return original(self)

    worker_class.start = start


def _look_for_it_when_idle(worker_class, odoo, state, away):
    """Without a request nobody would see that the database is back; workers come by here every few seconds.

    Each looks for itself, too: who thinks that the database has been away for long refuses a request sooner.
    """
    original = worker_class.check_limits

    @functools.wraps(original)
    def check_limits(self):
        if (away.away or state.lasts()) and _is_there(odoo):
            away.told(0.0)
        return original(self)

    worker_class.check_limits = check_limits


def _is_there(odoo):
    try:
        with odoo.sql_db.db_connect(tenant_database(odoo.tools.config)).cursor() as cursor:
            cursor.execute("SELECT 1", log_exceptions=False)
    except psycopg2.Error:
        return False
    return True
