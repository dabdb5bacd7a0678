"""Connections that notice when their database is away, tell the request, and are never lent again.

Odoo's own pool lends a dead connection, or one to a leader that was replaced, as long as it looks alive.
"""

import contextlib
import time

import psycopg2
import psycopg2.extensions

from . import outage


def patch(sql_db, state, waits, limit=contextlib.nullcontext):
    """Make the pool of the imported ``odoo.sql_db`` open watched connections.

    ``state`` is this process's Outage; ``waits`` is told of every wait for the server's answer; ``limit`` makes a
    context in which an attempt to connect ends in time, where libpq does not see to that.
    """
    facts = {"platform_state": state, "platform_waits": waits, "platform_limit": staticmethod(limit)}
    sql_db.PsycoConnection = type("WatchedConnection", (Watched, sql_db.PsycoConnection), facts)


class WatchedCursor(psycopg2.extensions.cursor):
    """All of Odoo's statements go through these."""

    def execute(self, query, *args, **kwargs):
        return self.connection.platform_sends(query, super().execute, query, *args, **kwargs)

    def executemany(self, query, *args, **kwargs):
        return self.connection.platform_sends(query, super().executemany, query, *args, **kwargs)

    def copy_from(self, *args, **kwargs):
        return self.connection.platform_sends("COPY", super().copy_from, *args, **kwargs)

    def copy_expert(self, *args, **kwargs):
        return self.connection.platform_sends("COPY", super().copy_expert, *args, **kwargs)


class Watched:
    """What is added to Odoo's class of connections. Names begin with ``platform_``, as the class is not ours."""

    platform_state = None
    platform_waits = None
    platform_limit = None

    def __init__(self, *args, **kwargs):
        state = self.platform_state
        self.platform_generation = state.generation
        self.platform_changed = False
        if state.pausing():
            raise _told(psycopg2.OperationalError(state.why))
        began = time.monotonic()
        try:
            with self.platform_limit():
                super().__init__(*args, **kwargs)
        except psycopg2.OperationalError as error:
            state.refused(began, error)
            _told(error)
            raise
        self.cursor_factory = WatchedCursor
        state.reached()

    def platform_sends(self, statement, send, *args, **kwargs):
        """Note what this statement means for the course of the request, and send it.

        Nothing more is sent for one that has lost the database once: it is going to be refused or done again, and
        what Odoo would do here is to render its page for errors.
        """
        course = outage.current()
        if course and course.lost:
            raise psycopg2.OperationalError(course.lost)
        if outage.changes(statement):
            self.platform_changed = True
            if course:
                course.change(commits=self.autocommit)
        return self._platform_asks(send, *args, **kwargs)

    def _platform_asks(self, ask, *args, **kwargs):
        """Ask on behalf of a request, which is told when the database is lost."""
        try:
            return self._platform_watched(ask, *args, **kwargs)
        except psycopg2.Error as error:
            if outage.is_lost(error, self.closed):
                self.platform_state.lost(self.platform_generation, error)
                _told(error)
            raise

    def _platform_watched(self, ask, *args, **kwargs):
        wait = self.platform_waits.begin(self)
        try:
            return ask(*args, **kwargs)
        finally:
            self.platform_waits.end(wait)

    def commit(self):
        course = outage.current() if self.platform_changed else None
        kept_before = course and course.kept
        if course:
            course.change(commits=True)
        try:
            result = self._platform_asks(super().commit)
        except psycopg2.Error as error:
            if course and not outage.is_lost(error, self.closed):
                # The server said no, which is certain.
                course.kept = kept_before
            raise
        self.platform_changed = False
        return result

    def rollback(self):
        self.platform_changed = False
        return self._platform_watched(super().rollback)

    def reset(self):
        """Called by the pool before it lends the connection; an OperationalError makes it take another."""
        if self.platform_generation != self.platform_state.generation:
            raise psycopg2.OperationalError("older than the last loss of the database")
        try:
            return self._platform_watched(super().reset)
        except psycopg2.Error as error:
            # No request was in the middle of anything.
            self.platform_state.lost(self.platform_generation, error)
            raise psycopg2.OperationalError(str(error)) from error


def _told(error):
    """The error, of which the request's course now knows."""
    course = outage.current()
    if course:
        course.lose(error)
    return error
