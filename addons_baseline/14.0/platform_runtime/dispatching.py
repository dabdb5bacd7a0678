"""Requests whose database goes away: done again when nothing was changed, else refused; their session is kept.

Odoo logs such a request's session out, saves that, and serves pages without a database instead.
"""

import functools
import io
import logging
import time
from types import SimpleNamespace

from . import outage, unavailable

_logger = logging.getLogger(__name__)

# Bytes of a request that are kept so that it can be done again. The largest order of a till has some 50 KiB.
LARGEST_REPEATED = 2**20
# Seconds between two tries.
PAUSE = 0.25


class NoDatabaseError(Exception):
    """Odoo was about to serve this request without a database."""


def patch(http, state, patience, forget):
    """Patch the imported ``odoo.http``.

    A request waits for the database until that has been away ``patience`` seconds. ``forget`` drops what processes
    have cached: after a lost change that may be of records that are not there, or not of those that are.
    """
    _keep_sessions_until_the_end(http.sessions.FilesystemSessionStore)
    http.Root.nodb_routing_map = property(_refuse)
    http.Root.dispatch = guarded(http.Root.dispatch, state, patience, forget)


def guarded(dispatch, state, patience, forget, *, clock=time.monotonic, sleep=time.sleep):
    """``dispatch`` of Odoo's root application, for one request after the other of one process."""

    @functools.wraps(dispatch)
    def guarding(self, environ, start_response):
        body, first_lost = _body(environ), None
        while True:
            start = _Start()
            with outage.followed() as course:
                try:
                    chunks = dispatch(self, _once(environ, body), start)
                except Exception:
                    if not course.lost:
                        raise
                    chunks = ()
            if not course.lost:
                for action in course.afterwards:
                    action()
                start_response(*start.said)
                return chunks
            getattr(chunks, "close", lambda: None)()
            # Not since the request came: who noticed late that a leader hangs finds the next one at once. Those
            # who come when it has been away for long do not wait: they would only hold a worker.
            first_lost = clock() if first_lost is None else first_lost
            waited = max(clock() - first_lost, state.lasts())
            if body is None or course.changed or waited + PAUSE > patience:
                break
            sleep(PAUSE)
        if course.changed:
            forget()
        _logger.warning("%s refused, the database is away: %s", environ.get("PATH_INFO"), course.lost)
        status, headers, said = unavailable.answer(environ, body, course.kept)
        start_response(status, headers)
        return [said]

    return guarding


class _Start:
    """Takes what a response begins with, so that it can still be thrown away."""

    def __init__(self):
        self.said = ()

    def __call__(self, *said):
        self.said = said


def _body(environ):
    """The request's body, or None when it is too large to keep or of unknown length, and then still to be read."""
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return None
    if length > LARGEST_REPEATED or environ.get("HTTP_TRANSFER_ENCODING"):
        return None
    return environ["wsgi.input"].read(length) if length else b""


def _once(environ, body):
    """The request for one try: Odoo takes the language out of its path, and reads its body."""
    return environ if body is None else {**environ, "wsgi.input": io.BytesIO(body)}


def _refuse(_root):
    """In place of the routes without a database: a platform's shop has none."""
    course = outage.current()
    if course:
        course.lose("Odoo cannot use the database")
    raise NoDatabaseError


def _keep_sessions_until_the_end(store_class):
    """Write a request's session after its transaction is committed, and not at all when that is lost.

    Odoo writes it before: it would speak of a cart that is not there, by a number that the new leader gives away.
    """
    save, delete = store_class.save, store_class.delete

    @functools.wraps(save)
    def saving(self, session):
        _at_the_end(functools.partial(save, self, session))

    @functools.wraps(delete)
    def deleting(self, session):
        # Odoo gives the session another id right after this.
        _at_the_end(functools.partial(delete, self, SimpleNamespace(sid=session.sid)))

    store_class.save, store_class.delete = saving, deleting


def _at_the_end(action):
    course = outage.current()
    if course is None:
        action()
    else:
        course.afterwards.append(action)
