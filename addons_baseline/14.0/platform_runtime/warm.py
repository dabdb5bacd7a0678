"""Render one page in the master before it forks, so that no worker has to be the first.

Routes, compiled templates and translations then lie in memory that all workers share.
"""

import logging

_logger = logging.getLogger(__name__)


def warm_after_preload(odoo, page):
    """Wrap Odoo's loading of registries; ``page`` is a path such as /web/login."""
    server = odoo.service.server
    original = server.preload_registries

    def preload_registries(databases):
        # Read before: Odoo empties both once the modules are updated.
        changes = odoo.tools.config["init"] or odoo.tools.config["update"]
        result = original(databases)
        if databases and not result and not changes:
            _render(odoo, page)
        return result

    server.preload_registries = preload_registries


def _render(odoo, page):
    """Ask the application itself. A failure is only a slower first request, so it is logged and forgotten."""
    from werkzeug.test import Client
    from werkzeug.wrappers import BaseResponse

    client = Client(odoo.service.wsgi_server.application, BaseResponse)
    try:
        response = client.get(page, environ_base={"REMOTE_ADDR": "127.0.0.1"}, follow_redirects=True)
        _logger.info("warmed by %s: %s", page, response.status_code)
    except Exception:
        _logger.warning("%s could not be rendered before the first request", page, exc_info=True)
    finally:
        for cookie in client.cookie_jar:
            if cookie.name == "session_id":
                store = odoo.http.root.session_store
                store.delete(store.get(cookie.value))
