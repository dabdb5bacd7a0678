"""What changes in Odoo's gevent process: a probe without a session, a real stop, a patient pool, a lasting ear."""

import functools
import importlib
import logging
import signal

from . import listener
from .pool import make_patient

HEALTH_PATH = "/platform/health"


def patch(odoo, settings):
    """Patch the imported ``odoo`` package; must run before its server object is made."""
    wsgi = odoo.service.wsgi_server
    if hasattr(wsgi, "application"):
        wsgi.application = answering_probes(wsgi.application)
    else:  # 16.0 and later
        odoo.http.root = answering_probes(odoo.http.root)
    logging.getLogger("longpolling").addFilter(lambda record: HEALTH_PATH not in record.getMessage())
    _stop_on_sigterm(odoo.service.server.GeventServer, settings.gevent_stop_seconds)
    _listen_again(odoo)
    make_patient(odoo.sql_db.ConnectionPool, odoo.sql_db.PoolError, settings.pool_wait_seconds)


def answering_probes(application):
    """WSGI application that answers the probe itself: an answer proves that the event loop turns."""

    def probed(environ, start_response):
        if environ.get("PATH_INFO") == HEALTH_PATH:
            body = b"turning\n"
            start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
            return [body]
        return application(environ, start_response)

    return probed


def _listen_again(odoo):
    """Patch the bus when the server starts: only then are addons where Odoo's options say."""
    server_class = odoo.service.server.GeventServer
    original_start = server_class.start

    @functools.wraps(original_start)
    def start(self):
        odoo.modules.module.initialize_sys_path()
        bus = importlib.import_module("odoo.addons.bus.models.bus")
        listener.patch(bus.ImDispatch, odoo.sql_db, bus.hashable)
        return original_start(self)

    server_class.start = start


def _stop_on_sigterm(server_class, stop_seconds):
    """As process 1 of a container the process ignores SIGTERM unless it handles it: without this, both
    Kubernetes' stop and Odoo's own restart at the memory limit would do nothing."""
    original_start = server_class.start

    def close(self):
        if self.httpd:
            self.httpd.stop(timeout=stop_seconds)

    @functools.wraps(original_start)
    def start(self):
        import gevent

        gevent.signal_handler(signal.SIGTERM, close, self)
        return original_start(self)

    server_class.start = start
    # Odoo's own calls gevent.shutdown(), which gevent removed in 1.3.
    server_class.stop = close
